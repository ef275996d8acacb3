// Chromium as the tests use it: Debian's, headless, with nothing of the user's, and what every page is
// held to: it loads nothing from elsewhere, complains of nothing, and axe finds nothing.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';

const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
// Playwright gives each browser an empty profile of its own; these keep it from asking anybody anything.
const QUIET = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

async function sourceOf(module) {
  return readFile(createRequire(import.meta.url).resolve(module), 'utf8');
}

/** A browser; the caller closes it. Chromium's sandbox does not work for root. */
export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.TALLY_CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid() !== 0,
    args: QUIET,
  });
}

// That the document itself is answered with an error is no complaint of the page's, nor is a killed node,
// nor a refusal that the page asked for and shows.
function isFault(message, url, mayRefuse) {
  if (!['error', 'warning'].includes(message.type())) return false;
  const text = message.text();
  const from = message.location().url;
  const expected = from === url || (mayRefuse && from.startsWith(new URL(mayRefuse, url).href));
  return !(expected && /status of 4\d\d/.test(text))
    && !/net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/.test(text);
}

/**
 * Gives `look(page, response)` a page that has opened `url` in a context of its own, with Playwright's
 * `options` of a context; then holds it to have asked its own origin alone and complained of nothing. What
 * the page asks for below the path `mayRefuse` the node may refuse.
 */
export async function visit(browser, url, { mayRefuse, ...options }, look) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  try {
    const page = await context.newPage();
    const complaints = [];
    const elsewhere = [];
    page.on('console', (message) => {
      if (isFault(message, url, mayRefuse)) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin) elsewhere.push(request.url());
    });
    const response = await page.goto(url);
    await look(page, response);
    assert.deepEqual(complaints, []);
    assert.deepEqual(elsewhere, []);
  } finally {
    await context.close();
  }
}

/** What axe finds against WCAG 2.2 AA on the page as it stands: lines of "rule: element". */
export async function accessibilityFaults(page) {
  await page.evaluate(await sourceOf('axe-core/axe.min.js'));
  const { violations } = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: tags }),
    WCAG_22_AA,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target}`));
}

/** By how many pixels the page is wider than what shows it. */
export function pixelsTooWide(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

/** The text of a QR code on the screen, read from pixels as a camera would; null if there is none. */
export async function readQrCode(browser, locator) {
  const picture = (await locator.screenshot()).toString('base64');
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.evaluate(await sourceOf('jsqr/dist/jsQR.js'));
    return await page.evaluate(async (png) => {
      const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
      canvas.drawImage(image, 0, 0);
      const { data, width, height } = canvas.getImageData(0, 0, image.width, image.height);
      return globalThis.jsQR(data, width, height)?.data ?? null;
    }, picture);
  } finally {
    await context.close();
  }
}

/** Keeps a picture of the whole page for people, in TALLY_SCREENSHOT_DIR if that is set. */
export async function keepPicture(page, name) {
  const folder = process.env.TALLY_SCREENSHOT_DIR;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
