# Installed and run as one service, and upgraded by dpkg.

dpkg -i $here/coldgate-older.deb
check 'installs' dpkg -s coldgate
check 'makes no key' cannot ls /etc/coldgate/keys
check 'does not start without a configuration' cannot is_active coldgate

publisher=$(coldgate init $here/publisher --name publisher | grep 'paying key' | grep -o '0x[0-9a-f]*')
as coldgate coldgate init /etc/coldgate --name truck-17 --data-dir /var/lib/coldgate
cat >$config <<Y
gateway: { name: truck-17, dataDir: /var/lib/coldgate, keyFile: ./keys/device-key.json, passphraseFile: ./keys/passphrase }
commit: { windowMs: 200 }
devices:
  - { id: dock-reader, type: m100, port: 'tcp://127.0.0.1:4001', region: eu }
mqttIntake:
  listen: { host: 127.0.0.1, port: 1883 }
publish:
  brokers: [ { name: local, url: embedded } ]
console: { listen: { host: 127.0.0.1, port: 8480 } }
ledger:
  chainId: 31337
  contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3'
  rpcUrl: http://127.0.0.1:8545
  payerKeyFile: ./keys/payer-key.json
  payerPassphraseFile: ./keys/payer-passphrase
update: { publishers: [ '$publisher' ] }
Y
sha256sum /etc/coldgate/keys/device-key.json >$here/identity

# A device at the dock, there in every boot.
cat >/etc/systemd/system/dock-reader.service <<U
[Service]
ExecStart=/usr/bin/coldgate simulate m100 --tcp 4001
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
U
systemctl daemon-reload
systemctl enable --now dock-reader

systemctl start coldgate
check 'coldgate.service reads a device and signs' until_true has_records 8
check 'coldgate.service has a console' until_true answers
check 'coldgate.service has the ledger-sync role write what is wrong' until_true has_problem ledger-sync RPC_DOWN
check 'status in a shell knows that the service runs' until_true is_told_running
check 'the journal is its owner'\''s alone' [ "$(stat -c '%a %U' /var/lib/coldgate/journal.db)" = '600 coldgate' ]
check 'the program is read-only to the service' cannot inside coldgate touch /usr/lib/coldgate/x
check 'nothing in the data folder can be run' cannot inside coldgate sh -c 'cp /bin/true /var/lib/coldgate/t && /var/lib/coldgate/t'
rm -f /var/lib/coldgate/t

before=$(records)
dpkg -i $here/coldgate.deb
check 'an upgrade starts what ran' until_true is_active coldgate
check 'an upgrade keeps the log and goes on with it' until_true has_records $((before + 3))
check 'an upgrade keeps the key' has_its_key
check 'an upgrade keeps the configuration' grep -q truck-17 $config
