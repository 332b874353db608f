"""A subscriber of another make (paho): prints the range of each log message, and survives a broker that restarts."""
import json
import sys

import paho.mqtt.client as mqtt

port, topic = int(sys.argv[1]), sys.argv[2]


def on_connect(client, _userdata, _flags, _code, *_more):
    client.subscribe(topic, qos=1)
    print("connected", flush=True)


def on_message(_client, _userdata, message):
    body = json.loads(message.payload)
    print(body["firstSequence"], body["checkpoint"]["size"], flush=True)


client = mqtt.Client(client_id="integrator", clean_session=False)
client.on_connect = on_connect
client.on_message = on_message
client.reconnect_delay_set(min_delay=1, max_delay=1)
client.connect("127.0.0.1", port, keepalive=10)
client.loop_forever(retry_first_connection=True)
