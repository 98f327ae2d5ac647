#!/usr/bin/env bash
# Microbenchmarks by JMH: ./node/bench/run.sh [NAME-REGEX] [JMH options], e.g. ./node/bench/run.sh Trie -f 3
# Without options: one fork, three warm-ups and five measurements of a second each.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .mvn/find-jdk.sh
./mvnw -q -B -ntp -pl node/bench -am -Dmaven.test.skip=true package
exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -cp "node/bench/target/*:node/bench/target/lib/*" \
  org.openjdk.jmh.Main -f 1 -wi 3 -w 1 -i 5 -r 1 -rf json -rff node/bench/target/jmh.json "$@"
