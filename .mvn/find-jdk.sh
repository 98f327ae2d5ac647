# Sourced by ./mvnw and ./assay: exports JAVA_HOME of a JDK 25, although `java` on the PATH may be older.
is_jdk_25() { [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release" 2>/dev/null; }
if [ -z "${JAVA_HOME-}" ] || ! is_jdk_25 "$JAVA_HOME"; then
  found=
  for root in "$(dirname "$(dirname "$(readlink -f "$(command -v javac 2>/dev/null || echo /x/x/x)")")")" \
    /usr/lib/jvm "${HOME-}/.sdkman/candidates/java" "${HOME-}/.jdks" /opt /usr/local /Library/Java/JavaVirtualMachines; do
    [ -d "$root" ] || continue
    set +f
    for jdk in "$root" "$root"/* "$root"/*/Contents/Home; do
      if is_jdk_25 "$jdk"; then found=$jdk; break; fi
    done
    [ -z "$found" ] || break
  done
  if [ -z "$found" ]; then
    echo "Assay needs a JDK 25 and found none in JAVA_HOME, on the PATH or under /usr/lib/jvm." >&2
    echo "Install one (for example Eclipse Temurin 25) or set JAVA_HOME to it." >&2
    exit 1
  fi
  JAVA_HOME=$found
fi
export JAVA_HOME
# Maven's own libraries warn on 25; these flags would stop an older JVM, so they are set here only.
export MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS-}"
