# coldgate-update.service has watched the version anew. Then the power goes while one is watched that crashes.

check 'after a power cut the unit goes on with the update' until_true unit_said coldgate-update 'was interrupted \(probation\); it goes on'
check 'and brings it into force' until_true is_step done
check 'and has come to its end' until_true is_unit coldgate-update inactive-success ActiveState Result
check 'the roles run from the folder of that version' until_true runs_from $versions/99.0.0-
check 'the roles apart answer behind the power cut' until_true answers
check 'the log goes on behind the power cut' goes_on
cut_while_watching crashing
