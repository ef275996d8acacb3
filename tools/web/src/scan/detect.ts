// Codes in pictures: the browser's own detector where there is one, else jsQR, which is fetched then.

interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
  new(options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

export type FindCode = (source: CanvasImageSource, width: number, height: number) =>
  Promise<string | undefined>;

const FORMATS = ['qr_code', 'data_matrix'];
const SIDE_MAX = 1280;

async function browsersOwn(): Promise<FindCode | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  const supported = await BarcodeDetector?.getSupportedFormats().catch(() => []) ?? [];
  const formats = FORMATS.filter((format) => supported.includes(format));
  if (!BarcodeDetector || !formats.includes('qr_code')) return undefined;
  const detector = new BarcodeDetector({ formats });
  return async (source) => (await detector.detect(source))[0]?.rawValue;
}

// Draws the picture no larger than needed and reads its pixels.
function pixels(source: CanvasImageSource, width: number, height: number, side: number) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function withLibrary(): Promise<FindCode> {
  const { default: jsQR } = await import('jsqr');
  return (source, width, height) => {
    // A code that is small in a large picture is lost at one scale and found at another.
    for (const side of [SIDE_MAX / 2, SIDE_MAX]) {
      const image = pixels(source, width, height, side);
      const code = image && jsQR(image.data, image.width, image.height);
      if (code?.data) return Promise.resolve(code.data);
      if (Math.max(width, height) <= side) break;
    }
    return Promise.resolve(undefined);
  };
}

let chosen: Promise<FindCode> | undefined;

export function codeFinder(): Promise<FindCode> {
  chosen ??= browsersOwn().then((own) => own ?? withLibrary());
  return chosen;
}

/** The code on a photograph; undefined if none is found on it. */
export async function findInPhoto(file: Blob): Promise<string | undefined> {
  const image = await createImageBitmap(file).catch(() => undefined);
  if (!image) return undefined;
  try {
    return await (await codeFinder())(image, image.width, image.height);
  } finally {
    image.close();
  }
}
