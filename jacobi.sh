#!/usr/bin/env bash
# Finds a JDK and a Maven, builds what is not up to date, and runs the command line of Jacobi.
# Works with bash 3.2 (macOS). Everything that it says itself goes to standard error.
set -u

min_jdk=25
min_maven=3.8

say() { printf 'jacobi: %s\n' "$*" >&2; }

# ---- where this checkout is, also when called through a link -------------------------------------------------------

resolve() { # the file behind a chain of symbolic links (readlink -f is not everywhere)
  local path=$1 link
  while [ -L "$path" ]; do
    link=$(readlink "$path")
    case $link in
      /*) path=$link ;;
      *) path=${path%/*}/$link ;;
    esac
  done
  printf '%s\n' "$path"
}

self=$0
case $self in */*) ;; *) self=$(command -v -- "$self") ;; esac
[ -L "$self" ] && self=$(resolve "$self")
root=$(cd -P "${self%/*}" && pwd) || exit 1

# ---- the JDK -------------------------------------------------------------------------------------------------------

jdk_version() { # sets `feature` to the feature release of the JDK at $1, or to 0
  local line
  feature=0
  [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS= read -r line; do
      case $line in JAVA_VERSION=*) line=${line#*=}; feature=${line//\"/}; break ;; esac
    done <"$1/release"
  else
    line=$("$1/bin/java" -version 2>&1 </dev/null | sed -n 's/.* version "\([^"]*\)".*/\1/p')
    feature=$line
  fi
  feature=${feature%%[!0-9]*}
  feature=${feature:-0}
}

find_jdk() { # sets `jdk`; the user's choice first, then the release nearest to the oldest that will do
  local home java best=0
  jdk=
  if [ -n "${JAVA_HOME:-}" ]; then
    jdk_version "$JAVA_HOME"
    [ "$feature" -ge $min_jdk ] && { jdk=$JAVA_HOME; return 0; }
  fi
  java=$(command -v java)
  if [ -n "$java" ]; then
    java=$(resolve "$java")
    home=$(cd -P "${java%/*}/.." && pwd)
    # /usr/bin/java of macOS is a stub that opens a dialogue where no JDK is installed
    if [ "$home" != /usr ]; then
      jdk_version "$home"
      [ "$feature" -ge $min_jdk ] && { jdk=$home; return 0; }
    fi
  fi
  if [ -x /usr/libexec/java_home ]; then
    home=$(/usr/libexec/java_home -v "$min_jdk+" 2>/dev/null)
    if [ -n "$home" ]; then
      jdk_version "$home"
      [ "$feature" -ge $min_jdk ] && { jdk=$home; return 0; }
    fi
  fi
  for home in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/* /opt/java/* /opt/jdk/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home ~/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    ~/.sdkman/candidates/java/* ~/.jdks/* ~/.local/share/mise/installs/java/* ~/.asdf/installs/java/*; do
    jdk_version "$home"
    if [ "$feature" -ge $min_jdk ] && { [ $best -eq 0 ] || [ "$feature" -lt $best ]; }; then
      best=$feature
      jdk=$home
    fi
  done
  [ -n "$jdk" ]
}

need_jdk() {
  find_jdk && return 0
  say "no JDK $min_jdk or later found (in JAVA_HOME, on the PATH, in the usual places). Install one:"
  cat >&2 <<EOF
  Debian, Ubuntu   sudo apt install openjdk-$min_jdk-jdk
  Fedora, RHEL     sudo dnf install java-$min_jdk-openjdk-devel
  macOS            brew install openjdk@$min_jdk
  elsewhere        https://adoptium.net, then set JAVA_HOME to its directory
EOF
  exit 2
}

# ---- Maven ---------------------------------------------------------------------------------------------------------

maven_candidates() {
  command -v mvn
  local home
  for home in "${MAVEN_HOME:-}" "${M2_HOME:-}" ~/.sdkman/candidates/maven/current ~/.sdkman/candidates/maven/* \
    /opt/homebrew /usr/local /opt/maven /opt/apache-maven* /usr/share/maven; do
    [ -n "$home" ] && [ -x "$home/bin/mvn" ] && printf '%s\n' "$home/bin/mvn"
  done
}

maven_is_new_enough() { # asks Maven itself, which takes a while: only when something is built
  local version major minor
  version=$(JAVA_HOME=$jdk "$1" --version 2>/dev/null </dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p')
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  [ -n "$version" ] || return 1
  [ "$major" -gt "${min_maven%.*}" ] || { [ "$major" -eq "${min_maven%.*}" ] && [ "$minor" -ge "${min_maven#*.}" ]; }
}

need_maven() {
  local candidates candidate
  candidates=$(maven_candidates)
  while IFS= read -r candidate; do
    if [ -n "$candidate" ] && maven_is_new_enough "$candidate"; then
      mvn=$candidate
      return 0
    fi
  done <<EOF
$candidates
EOF
  say "no Maven $min_maven or later found (on the PATH, in MAVEN_HOME or M2_HOME, in the usual places). Install one:"
  cat >&2 <<EOF
  Debian, Ubuntu   sudo apt install maven
  Fedora, RHEL     sudo dnf install maven
  macOS            brew install maven
  elsewhere        https://maven.apache.org/download.cgi, then put its bin directory on the PATH
EOF
  exit 2
}

# ---- the build -----------------------------------------------------------------------------------------------------

out=$root/jacobi-cli/target/fast
app=$out/app
stamp=$out/stamp
log=$out/build.log
lock=$root/target/fast.lock

up_to_date() { # nothing that goes into the command line changed since the build that the stamp marks began
  local directory inputs
  [ -f "$stamp" ] && [ -d "$app" ] || return 1
  inputs=("$root/pom.xml" "$root/.mvn" "$self")
  for directory in "$root"/*; do
    case $directory in */benchmarks | */conformance) continue ;; esac
    [ -f "$directory/pom.xml" ] || continue
    inputs+=("$directory/pom.xml")
    [ -d "$directory/src/main" ] && inputs+=("$directory/src/main")
  done
  # directories count too: their times tell of deleted and renamed files
  [ -z "$(find "${inputs[@]}" -newer "$stamp" -print 2>/dev/null | head -n 1)" ]
}

take_lock() { # one build at a time; the lock of a process that is no more does not count
  local holder waited=
  mkdir -p "$root/target" || exit 1
  until mkdir "$lock" 2>/dev/null; do
    holder=$(cat "$lock/pid" 2>/dev/null)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
      rm -rf "$lock"
      continue
    fi
    [ -n "$waited" ] || say "waiting for the build of process ${holder:-?} (lock: $lock)"
    waited=yes
    sleep 1
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

drop_lock() {
  rm -rf "$lock"
  trap - EXIT INT TERM
}

progress() { # of Maven's output, one line per module
  local line name
  while IFS= read -r line; do
    case $line in
      '[INFO] Building '*' ['*/*']')
        name=${line#*Building }
        printf '  %s %s (%d s)\n' "${line##* }" "${name%% [0-9]*}" "$SECONDS" >&2
        ;;
    esac
  done
}

build() {
  local status
  take_lock
  if up_to_date; then # somebody else built it while we waited
    drop_lock
    return 0
  fi
  need_maven
  if [ -f "$stamp" ]; then
    say "building what changed"
  else
    say "building; the first build downloads its dependencies, which takes a minute or more"
  fi
  SECONDS=0
  mkdir -p "$out" || exit 1
  # a new directory each time: no jars of an older version in it, and a JVM that runs from the old one keeps its files
  rm -rf "$app"
  touch "$stamp.new"
  (cd "$root" && JAVA_HOME=$jdk "$mvn" -B -ntp -Dfast -Dmaven.test.skip=true -pl jacobi-cli -am package) \
    </dev/null 2>&1 | tee "$log" | progress
  status=${PIPESTATUS[0]}
  if [ "$status" -ne 0 ] || [ ! -d "$app" ]; then
    say "the build failed; the end of $log:"
    tail -n 40 "$log" >&2
    exit 1
  fi
  mv "$stamp.new" "$stamp"
  say "built in $SECONDS s"
  drop_lock
}

# ---- what to do ----------------------------------------------------------------------------------------------------

need_jdk
if [ "${1:-}" = test ]; then
  shift
  need_maven
  cd "$root" || exit 1
  JAVA_HOME=$jdk exec "$mvn" -B -ntp verify "$@"
fi
up_to_date || build
# for `jacobi doctor`, which must not search again
if [ -z "${mvn:-}" ]; then
  mvn=$(maven_candidates | head -n 1)
fi
export JACOBI_MVN="$mvn"
export JAVA_HOME="$jdk"
# JACOBI_JAVA_OPTS is for developers (a debugger, a profiler); Jacobi itself needs no flags
# shellcheck disable=SC2086
exec "$jdk/bin/java" ${JACOBI_JAVA_OPTS:-} -p "$app" -m dev.jacobi.cli/dev.jacobi.cli.Main "$@"
