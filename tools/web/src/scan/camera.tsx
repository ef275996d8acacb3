import { useEffect, useRef, useState } from 'react';

import { useTexts } from '../i18n';
import { Notice } from '../parts/notice';
import { codeFinder } from './detect';

const LOOK_EVERY_MS = 120;

/** The camera's picture, watched for a code until one is found. */
export function Camera({ onCode }: { onCode: (text: string) => void }) {
  const t = useTexts();
  const video = useRef<HTMLVideoElement>(null);
  const found = useRef(onCode);
  found.current = onCode;
  const [failure, setFailure] = useState<string>();

  useEffect(() => {
    let stopped = false;
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const element = video.current;
      if (stopped || !element) return;
      const find = await codeFinder();
      const text = element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA
        ? await find(element, element.videoWidth, element.videoHeight) : undefined;
      if (stopped) return;
      if (text) found.current(text);
      else timer = setTimeout(() => { void look(); }, LOOK_EVERY_MS);
    };
    const start = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia(
          { video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false });
      } catch (error) {
        const denied = error instanceof DOMException && error.name === 'NotAllowedError';
        setFailure(denied ? 'scan.camera_denied' : 'scan.camera_none');
        return;
      }
      if (stopped || !video.current) {
        stream.getTracks().forEach((track) => track.stop());
        return;
      }
      video.current.srcObject = stream;
      await video.current.play().catch(() => undefined);
      void look();
    };
    void start();
    return () => {
      stopped = true;
      clearTimeout(timer);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);

  if (failure) return <Notice tone="warn" live title={t('scan.no_camera')}>{t(failure)}</Notice>;
  return (
    <div className="camera">
      <video ref={video} muted playsInline aria-label={t('scan.camera_picture')} />
      <p role="status">{t('scan.looking')}</p>
    </div>
  );
}
