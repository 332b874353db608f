# The relay at the desk.

mkdir -p /etc/coldgate-relay/keys
cp /usr/lib/coldgate/config/examples/relay.yaml /etc/coldgate-relay/relay.yaml
sed -i 's#./relay-data#/var/lib/coldgate-relay#; s#mqtts://broker.example.org:8883#mqtt://127.0.0.1:1#; s#https://[a-z]*.example/rpc#http://127.0.0.1:8545#; s#, "http[^]]*##' /etc/coldgate-relay/relay.yaml
echo secret >/etc/coldgate-relay/keys/relay.password
coldgate init $here/relay-keys --name relay && cp $here/relay-keys/keys/payer-* /etc/coldgate-relay/keys/
chown -R coldgate-relay:coldgate-relay /etc/coldgate-relay
chmod -R go= /etc/coldgate-relay/keys
systemctl start coldgate-relay
check 'the relay runs' until_true test -s /var/lib/coldgate-relay/relay.db
sleep 3
check 'the relay goes on running' [ "$(restarts_of coldgate-relay)$(systemctl is-active coldgate-relay)" = 0active ]
systemctl stop coldgate-relay
check 'no unit was killed by a forbidden call' cannot journalctl --no-pager -g 'SIGSYS|status=31'
