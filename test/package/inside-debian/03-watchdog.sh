# Who stands still is started anew: a role by `coldgate run`, all of it by systemd.

process=$(pid_of coldgate) role=$(gateway_role) since=$(date +%s)
kill -STOP "$role"
check 'coldgate.service: a gateway role that stands still is ended and started again' until_true is_another_role "$role"
check 'coldgate.service: without systemd' [ "$(pid_of coldgate)" = "$process" ]
check 'coldgate.service: the log goes on' goes_on

since=$(date +%s)
kill -STOP "$process"
check 'coldgate.service: one that stands still is ended and started again by systemd' until_true is_another coldgate "$process"
check 'coldgate.service: it was the watchdog' unit_said coldgate 'Watchdog timeout \(limit 2min\)' --since "@$since"
check 'coldgate.service: once, and the log goes on' eval 'goes_on && [ "$(restarts_of coldgate)" = 1 ]'
systemctl stop coldgate
