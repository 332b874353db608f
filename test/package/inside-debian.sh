#!/bin/bash
# Runs inside the booted Debian of boot-debian.mjs: the parts beside it in their order, over power cuts, which some of them make.
# One line for each promise: `ok`, `not ok`, or `not seen` where this machine's kernel does not let a container see it. What the
# units said is in the log of the run.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
exec >>/var/log/inside-debian.log 2>&1
here=/root/inside
results=/var/log/inside-debian.results
config=/etc/coldgate/coldgate.yaml

check() { # name, command
  local name=$1
  shift
  if "$@"; then
    echo "ok $name" >>"$results"
  else
    echo "not ok $name" >>"$results"
    echo "NOT OK: $name"
    journalctl --no-pager -b -n 80 -u 'coldgate*' -o short-iso
  fi
}
not_seen() { echo "not seen $1: $2" >>"$results"; }
cannot() { ! "$@" 2>/dev/null; }
# The limit only ends what never comes true; a watchdog alone takes two minutes.
until_true() {
  local end=$((SECONDS + 300))
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 1
  done
}

as() { runuser -u "$1" -- "${@:2}"; }
value_of() { node -pe "const found = JSON.parse(require('fs').readFileSync(0)); $1"; }
of_status() { as coldgate coldgate status -c $config --json | value_of "$1"; }
records() { of_status found.records; }
has_records() { [ "$(records)" -ge "$1" ]; }
goes_on() { local from; until_true has_records 1 && from=$(records) && until_true has_records $((from + 3)); }
has_problem() { [ "$(of_status "found.problems.some(({ role, code }) => role === '$1' && code === '$2')")" = true ]; }
is_told_running() { [ "$(of_status "found.findings.some(({ id }) => id === 'gateway-down')")" = false ]; }
answers() { node -e 'fetch("http://127.0.0.1:8480/healthz").then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))'; }
has_its_key() { sha256sum --check --status $here/identity; }

apart='coldgate-gateway coldgate-ledger-sync coldgate-console'
pid_of() { systemctl show -P MainPID "$1"; }
is_active() { systemctl --quiet is-active "$1"; }
are_active() { local unit; for unit; do is_active "$unit" || return 1; done; }
# Several in the order in which they are asked for.
of_unit() { local name; for name in "${@:2}"; do systemctl show -P "$name" "$1"; done | paste -sd-; }
is_unit() { [ "$(of_unit "$1" "${@:3}")" = "$2" ]; }
restarts_of() { systemctl show -P NRestarts "$@" | tr -d '\n'; }
is_another() { local pid; pid=$(pid_of "$1") && [ "$pid" != 0 ] && [ "$pid" != "$2" ] && is_active "$1"; }
gateway_role() { pgrep -u coldgate -f -- '--role gateway'; }
is_another_role() { local pid; pid=$(gateway_role) && [ "$pid" != "$1" ]; }
# Whose machine code the gateway role has in memory.
runs_from() { local pid; pid=$(gateway_role) && grep -q " $1.*/better_sqlite3.node" "/proc/$pid/maps"; }
# What a process of a unit sees, with all the rights of root.
inside() { nsenter --target "$(pid_of "$1")" --mount "${@:2}"; }
# What root may in the cgroup of a unit: filters on devices and addresses hang there.
within() { bash -c 'echo $$ >"/sys/fs/cgroup/system.slice/$0.service/cgroup.procs" && "$@"' "$@"; }
unit_said() { journalctl --no-pager -q -b -u "$1" -g "$2" "${@:3}" >/dev/null; } # unit, pattern, since when

versions=/opt/coldgate/versions
installed=$(dpkg-deb -f $here/coldgate.deb Version)
# In the shell of an administrator whose files nobody else reads.
update() { (umask 077 && coldgate update "$@"); }
apply() { update apply "$here/coldgate-$1.deb" -c $config --probation 20 "${@:2}"; }
hash_of() { sha256sum "$here/coldgate-$1.deb" | cut -c1-64; }
has_version() { [ "$(coldgate --version)" = "$1" ]; }
of_update() { value_of "$1" </opt/coldgate/update.json; }
is_step() { [ "$(of_update found.step)" = "$1" ]; }

# Everything ends in this moment, as far as processes go; what the kernel holds for the disk is not lost.
cut_power() {
  echo "power cut" >>"$results"
  sync
  systemctl poweroff --force --force
  sleep 60
}
cut_while_watching() { # package
  apply "$1" --sha256 "$(hash_of "$1")" &
  until is_step probation; do
    if ! kill -0 $!; then
      check "the $1 version is watched" false
      return
    fi
    sleep 0.1
  done
  cut_power
}

ip link set lo up
touch "$results" $here/begun
for part in "$here"/parts/*.sh; do
  # A part is begun once: what comes after a power cut is a part of its own.
  if grep -qx "$part" $here/begun; then continue; fi
  echo "$part" >>$here/begun
  echo "PART: $part"
  . "$part"
done
echo done >>"$results"
journalctl --no-pager -u 'coldgate*' | tail -n 300
systemctl poweroff --force
