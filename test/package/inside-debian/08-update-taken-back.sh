# coldgate-update.service takes a version back that crashes, with what its own rights allow.

check 'after a power cut the unit watches the version that crashes' until_true unit_said coldgate-update 'was interrupted \(probation\); it goes on'
check 'and takes it back' until_true is_step reverted
check 'because it crashes' [ "$(of_update found.trouble.code)" = VERSION_CRASHES ]
check 'and is not started again for that' until_true is_unit coldgate-update failed-1-0 ActiveState ExecMainStatus NRestarts
check 'the version before runs, from its folder' until_true runs_from $versions/99.0.0-
check 'all roles are there' until_true are_active $apart
check 'the log goes on with it' goes_on
check 'what was taken back is gone from the card' cannot ls -d $versions/99.1.0-*

dpkg -i $here/coldgate.deb
check 'installing a package ends the choice: that version runs' until_true runs_from /usr/lib/coldgate
check 'and the command line is of that version' has_version "$installed"
check 'and the log goes on with it' goes_on
check 'the log still verifies from its first record to its last' as coldgate coldgate audit -c $config
systemctl disable --now $apart
