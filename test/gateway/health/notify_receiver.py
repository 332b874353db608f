# Stands in for the service manager: receives sd_notify datagrams on a socket and prints each as one line of JSON.
import json, os, socket, sys

path = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(path)
print(json.dumps("listening"), flush=True)
while True:
    data, ancillary, _flags, _address = socket.recv_fds(receiver, 65536, 4)
    # systemd-notify waits until its end of a pipe is closed: then the message was taken.
    for descriptor in ancillary:
        os.close(descriptor)
    print(json.dumps(data.decode()), flush=True)
