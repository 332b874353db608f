// Reads a Data Matrix through the camera where the browser itself can (BarcodeDetector, WICG Shape Detection API): no picture leaves
// the page, and no library is needed. Elsewhere there is no button.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Messages } from '../messages-en.js';

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

interface DetectorKind {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

const FORMAT = 'data_matrix';
const LOOK_MS = 200;

const detectorKind = () => (globalThis as { BarcodeDetector?: DetectorKind }).BarcodeDetector;

async function canRead(): Promise<boolean> {
  const formats = await detectorKind()?.getSupportedFormats();
  return formats?.includes(FORMAT) === true && navigator.mediaDevices !== undefined;
}

interface CameraReaderProps {
  readonly words: Messages;
  readonly onRead: (text: string) => void;
}

export function CameraReader({ words, onRead }: CameraReaderProps) {
  const [isThere, setIsThere] = useState(false);
  const [isOn, setIsOn] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);
  useEffect(() => {
    canRead().then(setIsThere, () => setIsThere(false));
  }, []);
  if (!isThere) return null;
  return (
    <>
      <button type="button" onClick={() => setIsOn(!isOn)}>
        {isOn ? words.stop : words.camera}
      </button>
      {hasFailed ? <p role="alert">{words.noCamera}</p> : null}
      {isOn ? (
        <Picture
          label={words.camera}
          onFailure={() => {
            setHasFailed(true);
            setIsOn(false);
          }}
          onRead={(text) => {
            setIsOn(false);
            onRead(text);
          }}
        />
      ) : null}
    </>
  );
}

interface PictureProps {
  readonly label: string;
  readonly onRead: (text: string) => void;
  readonly onFailure: () => void;
}

function Picture({ label, onRead, onFailure }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const Kind = detectorKind();
    if (!Kind) return undefined;
    const detector = new Kind({ formats: [FORMAT] });
    let stream: MediaStream | undefined;
    let timer: number | undefined;
    let isOver = false;
    const look = async () => {
      const [found] = video.current === null ? [] : await detector.detect(video.current).catch(() => []);
      if (isOver) return;
      if (found) onRead(found.rawValue);
      else timer = window.setTimeout(() => void look(), LOOK_MS);
    };
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: 'environment' }, audio: false })
      .then(async (given) => {
        stream = given;
        if (isOver || video.current === null) return;
        video.current.srcObject = given;
        await video.current.play();
        await look();
      })
      .catch(onFailure);
    return () => {
      isOver = true;
      window.clearTimeout(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, []);
  return <video ref={video} muted playsInline aria-label={label} />;
}
