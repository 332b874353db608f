# Filters that systemd hangs on a unit's cgroup. Whether the kernel lets a container have them is asked of a unit that may reach nothing;
# whether a refusal is the unit's, of a process outside of it. `closed` leaves what every program needs, such as /dev/null.

cat >/etc/systemd/system/reaches-nothing.service <<U
[Service]
ExecStart=/bin/sleep infinity
DevicePolicy=closed
IPAddressDeny=any
SocketBindDeny=any
U
systemctl daemon-reload
systemctl start reaches-nothing
check_refused() { # name, unit, command
  if ! "${@:3}"; then not_seen "$1" 'it fails outside of the unit too'
  elif within reaches-nothing "${@:3}"; then not_seen "$1" 'this kernel lets no container filter it'
  else check "$1" cannot within "$2" "${@:3}"; fi
}
check_allowed() { check "$1" within "${@:2}"; }

# Opens and reads nothing. A number without a driver is no refusal: the filter is asked before.
opens() {
  [ -e "$here/device-$1-$2" ] || mknod "$here/device-$1-$2" c "$1" "$2"
  ! dd if="$here/device-$1-$2" iflag=nonblock count=0 2>&1 | grep 'Operation not permitted'
}
sends_to() { (echo x >"/dev/udp/$1/9"); }
listens() { node -e 'require("net").createServer().once("error", () => process.exit(1)).listen(0, "127.0.0.1", () => process.exit(0))'; }
export here
export -f opens sends_to listens

hidraw=$(awk '$2 == "hidraw" { print $1 }' /proc/devices)
for unit in coldgate-gateway coldgate-console; do
  check_refused "$unit opens no loop device" $unit opens 10 237
  check_refused "$unit opens no network tunnel" $unit opens 10 200
  if [ -n "$hidraw" ]; then check_refused "$unit opens no raw USB device" $unit opens "$hidraw" 0
  else not_seen "$unit opens no raw USB device" 'this kernel has no hidraw'; fi
done
check_refused 'the console opens no serial port' coldgate-console opens 4 64
check_allowed 'the gateway role opens serial ports' coldgate-gateway opens 4 64

# Drivers that this machine lacks, as /proc/devices has them where they are loaded: the list is made when the unit starts.
systemctl stop coldgate-gateway
sed 's/^Character devices:/&\n188 ttyUSB\n166 ttyACM\n204 ttyAMA\n199 gpiochip/' /proc/devices >$here/devices
mount --bind $here/devices /proc/devices
systemctl start coldgate-gateway
umount /proc/devices
check_allowed 'the gateway role opens USB adapters' coldgate-gateway opens 188 0
check_allowed 'the gateway role opens boards at USB' coldgate-gateway opens 166 0
check_allowed 'the gateway role opens the serial port of a Raspberry Pi' coldgate-gateway opens 204 64
check_allowed 'the gateway role opens contacts at GPIO lines' coldgate-gateway opens 199 0
check_refused 'and with them no other' coldgate-gateway opens 10 237

# An address that is not of loopback, and still nowhere else: TEST-NET-1.
ip address add 192.0.2.1/32 dev lo
check_refused 'the console reaches nothing beyond this machine' coldgate-console sends_to 192.0.2.1
check_allowed 'the console reaches this machine' coldgate-console sends_to 127.0.0.1
check_allowed 'the gateway role reaches its brokers' coldgate-gateway sends_to 192.0.2.1
check_refused 'nobody connects to ledger-sync: it binds no port' coldgate-ledger-sync listens
check_allowed 'the console binds its port' coldgate-console listens

is_limit() { [ "$(cat "/sys/fs/cgroup/system.slice/$1.service/memory.max")" = "$2" ]; }
if grep -qw memory /sys/fs/cgroup/cgroup.controllers; then
  check 'the gateway role has at most 512 MiB' is_limit coldgate-gateway $((512 * 1024 * 1024))
else
  not_seen 'the gateway role has at most 512 MiB' 'this machine gives the container no memory controller'
fi
systemctl stop reaches-nothing
