// Runs the sketch on a computer: reads a script from stdin, one command per line, and writes to stdout what the
// board would send. Unknown commands end it with code 2.

#include <stdlib.h>
#include <string.h>

#include "coldgate-board.ino"

FakeBoard fakeBoard;
FakeSerial Serial;
FakeWire fakeWire;

uint8_t fakeCrc8(const uint8_t *bytes, uint8_t length) { return coldgate::crc8(bytes, length); }

static char *nextWord() { return strtok(nullptr, " \n"); }

static uint32_t nextNumber() {
  const char *word = nextWord();
  if (word == nullptr) exit(2);
  return (uint32_t)strtoll(word, nullptr, 10);
}

/** sequence, uptime, flags, then channel and value pairs; "null" is a missing value. */
template <class Frame>
static void encodeReading() {
  const uint32_t sequence = nextNumber();
  const uint32_t uptimeMs = nextNumber();
  const uint8_t flags = (uint8_t)nextNumber();
  coldgate::ChannelValue values[coldgate::kMaxChannels];
  uint8_t count = 0;
  for (char *word = nextWord(); word != nullptr && count < coldgate::kMaxChannels; word = nextWord()) {
    const uint8_t channel = (uint8_t)strtoll(word, nullptr, 10);
    const char *value = nextWord();
    if (value == nullptr) exit(2);
    const bool isKnown = strcmp(value, "null") != 0;
    const int32_t milli = isKnown ? (int32_t)strtoll(value, nullptr, 10) : 0;
    values[count++] = coldgate::ChannelValue{channel, isKnown, milli};
  }
  Frame frame;
  frame.reading(sequence, uptimeMs, flags, values, count);
  fwrite(frame.bytes(), 1, frame.length(), stdout);
}

template <class Frame>
static void encodeHello() {
  const char *boardId = nextWord();
  const char *firmwareVersion = nextWord();
  if (boardId == nullptr || firmwareVersion == nullptr) exit(2);
  Frame frame;
  frame.hello(boardId, firmwareVersion);
  fwrite(frame.bytes(), 1, frame.length(), stdout);
}

static void advance(uint32_t ms) {
  for (uint32_t passed = 0; passed < ms; passed++) {
    fakeBoard.nowMs++;
    loop();
  }
}

static void obey(const char *command) {
  const auto is = [command](const char *name) { return strcmp(command, name) == 0; };
  if (is("start")) {
    setup();
  } else if (is("reset")) {
    fakeBoard.nowMs = 0;
    setup();
  } else if (is("ask")) {
    fakeBoard.questions++;
    loop();
  } else if (is("probe")) {
    FakeProbe &probe = fakeWire.probes[nextNumber() & 1];
    probe.sixteenths = (int16_t)(int32_t)nextNumber();
  } else if (is("advance")) advance(nextNumber());
  else if (is("millis")) fakeBoard.nowMs = nextNumber();
  else if (is("sequence")) board.sequence = nextNumber();
  else if (is("hang")) fakeBoard.nowMs += nextNumber();
  else if (is("unplug")) fakeWire.probes[nextNumber() & 1].isPlugged = false;
  else if (is("plug")) fakeWire.probes[nextNumber() & 1] = FakeProbe();
  else if (is("short")) fakeWire.isShorted = true;
  else if (is("cut")) fakeWire.isCut = true;
  else if (is("mend")) fakeWire.isCut = false;
  else if (is("weak")) fakeWire.isWeak = true;
  else if (is("flip")) fakeWire.isFlippingBits = true;
  else if (is("open")) fakeBoard.doorLevel = HIGH;
  else if (is("close")) fakeBoard.doorLevel = 0;
  else if (is("encode-binary")) encodeReading<coldgate::BinaryFrame>();
  else if (is("encode-text")) encodeReading<coldgate::TextFrame>();
  else if (is("hello-binary")) encodeHello<coldgate::BinaryFrame>();
  else if (is("hello-text")) encodeHello<coldgate::TextFrame>();
  else exit(2);
}

int main() {
  static char line[4096];
  while (fgets(line, sizeof line, stdin) != nullptr) {
    const char *command = strtok(line, " \n");
    if (command != nullptr) obey(command);
  }
  return 0;
}
