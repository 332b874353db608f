# The roles as services of their own, each with its user.

install -d -o coldgate-ledger -g coldgate -m 0700 /etc/coldgate/ledger
install -o coldgate-ledger -g coldgate -m 0600 -t /etc/coldgate/ledger /etc/coldgate/keys/payer-key.json /etc/coldgate/keys/payer-passphrase
rm -r /etc/coldgate/keys/payer-key.json /etc/coldgate/keys/payer-passphrase /var/lib/coldgate/console
sed -i 's#\./keys/payer#./ledger/payer#' $config
before=$(records)
systemctl disable coldgate
systemctl enable --now $apart
check 'the roles apart: readings are signed' until_true has_records $((before + 8))
check 'the roles apart: the console answers' until_true answers
check 'the roles apart: ledger-sync writes its rows' until_true has_problem ledger-sync RPC_DOWN
check 'the roles apart: status in a shell knows that they run' until_true is_told_running
check 'the roles apart: no role had to start again' [ "$(restarts_of $apart)" = 000 ]
check 'the console cannot read the device key' cannot inside coldgate-console ls /etc/coldgate/keys/device-key.json
check 'the console cannot read the paying key' cannot inside coldgate-console ls /etc/coldgate/ledger/payer-key.json
check 'the console'\''s user makes nothing beside the journal' cannot as coldgate-console touch /var/lib/coldgate/x
check 'ledger-sync cannot read the device key' cannot inside coldgate-ledger-sync ls /etc/coldgate/keys/device-key.json
role=$(pid_of coldgate-gateway)
kill -9 "$role"
check 'a gateway role that was killed comes back' until_true is_another coldgate-gateway "$role"
check 'and the others stay' eval 'are_active $apart && [ "$(restarts_of $apart)" = 100 ]'
check 'and goes on with the log' goes_on

role=$(pid_of coldgate-gateway) since=$(date +%s)
kill -STOP "$role"
check 'a gateway role that stands still is ended and started again by systemd' until_true is_another coldgate-gateway "$role"
check 'it was the watchdog' unit_said coldgate-gateway 'Watchdog timeout \(limit 2min\)' --since "@$since"
check 'and the others still stayed' [ "$(restarts_of coldgate-ledger-sync coldgate-console)" = 00 ]
check 'and goes on with the log again' goes_on

systemctl stop $apart
systemctl start --no-block coldgate-console coldgate-ledger-sync
sleep 5
check 'the other roles wait for the gateway role' [ "$(restarts_of coldgate-ledger-sync coldgate-console)" = 00 ]
systemctl start coldgate-gateway
check 'and go on with it' until_true answers
