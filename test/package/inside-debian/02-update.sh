# `coldgate update` on the running service.

coldgate update sign $here/coldgate-newer.deb --release 99.0.0 -o $here/newer.json \
  --key $here/publisher/keys/payer-key.json --passphrase $here/publisher/keys/payer-passphrase
process=$(pid_of coldgate)
check 'an update that a publisher has signed comes into force' apply newer --manifest $here/newer.json
check 'an update: systemd has started the service anew' is_another coldgate "$process"
check 'an update: no role had to start again' [ "$(restarts_of coldgate)" = 0 ]
check 'an update: the roles run from its folder' runs_from $versions/99.0.0-
check 'an update: the command line is of that version' has_version 99.0.0
check 'an update: the log goes on' goes_on
check 'an update: the console answers' until_true answers

check 'an update that crashes is taken back' eval 'apply crashing --sha256 "$(hash_of crashing)"; [ $? = 1 ] && is_step reverted'
check 'an update that crashes: the version before runs, from its folder' runs_from $versions/99.0.0-
check 'an update that crashes: the service is active' until_true is_active coldgate
check 'an update that crashes: the log goes on' goes_on
check 'an update that crashes stays a problem in the status' until_true has_problem software VERSION_CRASHES
check 'an update that crashes is not kept' cannot ls -d $versions/99.1.0-*

check 'a rollback goes back to what apt has installed' update rollback --reason 'to see it'
check 'a rollback: the roles run from there' runs_from /usr/lib/coldgate
check 'a rollback: the command line is of that version' has_version "$installed"
check 'a rollback: the log goes on' goes_on
# Which event of which version, in their order.
told_updates() { as coldgate coldgate audit -c $config | grep -o 'configurationChange/software.*' | sed -E 's/.*event=([^ ]+).* to=([^ ]+).*/\1 \2/' | paste -sd,; }
told() { [ "$(told_updates)" = "$1" ]; }
check 'the log tells all of it' until_true told 'applied 99.0.0,in-force 99.0.0,reverted 99.1.0,reverted 99.0.0'
check 'the log verifies from its first record to its last' as coldgate coldgate audit -c $config
