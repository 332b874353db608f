// A coldgate sensor board: DS18B20 probes on one wire and a door contact, told over the serial port.
// Needs the OneWire library. Fill in the settings, one probe address per channel, and give each board its own id.

#include <Arduino.h>
#include <OneWire.h>

#include "coldgate_ds18b20.h"
#include "coldgate_frame.h"

// ---- Settings ----

/** 1 to 32 of A-Z a-z 0-9 . _ - ; two boards with one id cannot be told apart. */
static const char kBoardId[] = "coldgate-board-1";
static const char kFirmwareVersion[] = "1.0.0";
/** The same as `cadenceMs` in the gateway's configuration. At least 1000. */
static const uint32_t kCadenceMs = 10000;
static const uint32_t kBaudRate = 115200;

/** coldgate::BinaryFrame for service, coldgate::TextFrame for a terminal. */
#ifndef COLDGATE_FRAME
#define COLDGATE_FRAME coldgate::BinaryFrame
#endif

static const uint8_t kOneWirePin = 2;
/** The contact closes to ground while the door is closed: a cut wire reads as an open door. */
static const uint8_t kDoorPin = 3;
static const uint8_t kDoorChannel = 16;
static const uint32_t kDebounceMs = 50;

/** Addresses, not positions: positions move when a probe is unplugged, and one would give another's readings. */
struct Probe {
  uint8_t channel;
  uint8_t address[8];
};
static const Probe kProbes[] = {
    {1, {0x28, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x56}},
    {2, {0x28, 0x12, 0x22, 0x33, 0x44, 0x55, 0x66, 0x0F}},
};

// ---- Program ----

static const uint8_t kProbeCount = sizeof(kProbes) / sizeof(kProbes[0]);
static_assert(kProbeCount + 1 <= coldgate::kMaxChannels, "too many channels for one frame");
/** A conversion at 12 bits takes up to 750 ms. */
static const uint32_t kConversionMs = 800;
static_assert(kConversionMs < kCadenceMs, "the cadence is shorter than a measurement");
static const uint32_t kHelloEveryMs = 60000;

/** All that changes; a start begins with a new one. */
struct BoardState {
  uint32_t sequence = 0;
  /** When the measurement under way was due, or the last one. */
  uint32_t cycleMs = 0;
  bool isConverting = false;
  uint32_t conversionBeganMs = 0;
  bool hasConverted = false;
  uint32_t helloMs = 0;
  bool isDoorOpen = false;
  bool isContactOpen = false;
  uint32_t contactChangedMs = 0;
};

static OneWire oneWire(kOneWirePin);
static BoardState board;

static bool isContactOpen() { return digitalRead(kDoorPin) == HIGH; }

static coldgate::ChannelValue doorValue() {
  coldgate::ChannelValue value = {kDoorChannel, true, board.isDoorOpen ? 1000 : 0};
  return value;
}

static void sendHello() {
  COLDGATE_FRAME frame;
  frame.hello(kBoardId, kFirmwareVersion);
  Serial.write(frame.bytes(), frame.length());
}

static void sendReading(const coldgate::ChannelValue *values, uint8_t count) {
  uint8_t flags = 0;
  for (uint8_t index = 0; index < count; index++) {
    if (!values[index].isKnown) flags |= coldgate::kFlagProbeFault;
  }
  COLDGATE_FRAME frame;
  // Both counters wrap by themselves.
  frame.reading(board.sequence++, millis(), flags, values, count);
  Serial.write(frame.bytes(), frame.length());
}

/** All probes at once. false: nobody on the wire. */
static bool startConversion() {
  if (!oneWire.reset()) return false;
  oneWire.skip();
  oneWire.write(0x44);
  return true;
}

static bool readProbe(const Probe &probe, int32_t *milliC) {
  if (!oneWire.reset()) return false;
  oneWire.select(probe.address);
  oneWire.write(0xBE);
  uint8_t scratchpad[coldgate::kScratchpadBytes];
  for (uint8_t index = 0; index < coldgate::kScratchpadBytes; index++) scratchpad[index] = oneWire.read();
  return coldgate::temperatureOf(scratchpad, milliC);
}

static void sendRegular() {
  coldgate::ChannelValue values[kProbeCount + 1];
  for (uint8_t index = 0; index < kProbeCount; index++) {
    values[index].channel = kProbes[index].channel;
    values[index].milli = 0;
    // Without a conversion the scratchpad still holds an older value.
    values[index].isKnown = board.hasConverted && readProbe(kProbes[index], &values[index].milli);
  }
  values[kProbeCount] = doorValue();
  sendReading(values, kProbeCount + 1);
}

/** Told at once, in a frame that holds nothing else: the probes have nothing new. */
static void watchDoor(uint32_t nowMs) {
  const bool isOpen = isContactOpen();
  if (isOpen != board.isContactOpen) {
    board.isContactOpen = isOpen;
    board.contactChangedMs = nowMs;
  }
  if (isOpen == board.isDoorOpen || nowMs - board.contactChangedMs < kDebounceMs) return;
  board.isDoorOpen = isOpen;
  const coldgate::ChannelValue value = doorValue();
  sendReading(&value, 1);
}

static void measure(uint32_t nowMs) {
  if (board.isConverting) {
    // From its true beginning: a probe that is read too early gives its former value.
    if (nowMs - board.conversionBeganMs < kConversionMs) return;
    board.isConverting = false;
    sendRegular();
  } else if (nowMs - board.cycleMs >= kCadenceMs) {
    // On the beat of the first one, whatever a loop took.
    board.cycleMs += kCadenceMs;
    board.isConverting = true;
    board.hasConverted = startConversion();
    board.conversionBeganMs = millis();
  }
}

void setup() {
  board = BoardState();
  pinMode(kDoorPin, INPUT_PULLUP);
  Serial.begin(kBaudRate);
  // Ends whatever a bootloader wrote, so that it does not stand in front of the first frame.
  Serial.write(COLDGATE_FRAME::kDelimiter);
  const uint32_t nowMs = millis();
  board.isDoorOpen = board.isContactOpen = isContactOpen();
  // The first measurement starts with the first loop.
  board.cycleMs = nowMs - kCadenceMs;
  board.helloMs = nowMs;
  sendHello();
}

void loop() {
  const uint32_t nowMs = millis();
  while (Serial.available() > 0) {
    if (Serial.read() == '?') sendHello();
  }
  if (nowMs - board.helloMs >= kHelloEveryMs) {
    board.helloMs += kHelloEveryMs;
    sendHello();
  }
  watchDoor(nowMs);
  measure(nowMs);
}
