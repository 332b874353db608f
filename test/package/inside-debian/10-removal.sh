# Removed, purged, installed again.

before=$(records)
size=$(stat -c %s /var/lib/coldgate/journal.db)
is_of_size() { [ "$size" = "$(stat -c %s /var/lib/coldgate/journal.db)" ]; }
dpkg -r coldgate
check 'removing keeps the log' is_of_size
check 'removing keeps the key' has_its_key
check 'removing takes the program' cannot ls /usr/lib/coldgate/dist
check 'removing takes what updates have brought' cannot ls $versions
dpkg -P coldgate
check 'purging keeps the log' is_of_size
check 'purging keeps the key' has_its_key
dpkg -i $here/coldgate.deb
systemctl start coldgate-gateway
check 'an installation afterwards goes on with both' until_true has_records $((before + 4))
systemctl stop coldgate-gateway
