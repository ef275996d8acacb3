// What every page under /app/ is held to, in both languages and on a small phone, and how the tests sign in.
import assert from 'node:assert/strict';
import { accessibilityFaults, keepPicture, pixelsTooWide, visit } from './browser.mjs';

const WAIT_MS = 10_000; // for anything that must come by itself
export const LANGUAGES = ['en', 'zh-CN'];
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 320, height: 640 } };

/** Opens a page's address; `look` gets it when its heading is there. */
export async function openApp(browser, url, options, look) {
  await visit(browser, url, { locale: 'en', ...options }, async (page, response) => {
    page.setDefaultTimeout(WAIT_MS);
    await page.locator('h1, h2').first().waitFor();
    await look(page, response);
  });
}

/** As a person does: with a development key. */
export async function signIn(page, name) {
  await page.getByRole('link', { name: /^(Sign in|登录)$/ }).first().click();
  await chooseDevelopmentKey(page, name);
}

/** The same where a page asks for it in its place. */
export async function chooseDevelopmentKey(page, name) {
  await page.getByRole('textbox', { name: /Whose key|使用谁的密钥/ }).click();
  await page.getByRole('option', { name, exact: true }).click();
  await page.getByRole('button', { name: /^(Sign in|登录)$/ }).click();
  await page.getByRole('button', { name, exact: true }).waitFor();
}

/** Whether the page as it stands is accessible and fits; keeps a picture. */
export async function checkPage(page, name) {
  const viewport = page.viewportSize();
  // As high as the page, so that what stands at the screen's edge stands at the picture's.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...viewport, height: Math.max(height, viewport.height) });
  await keepPicture(page, name);
  await page.setViewportSize(viewport);
  assert.equal(await pixelsTooWide(page), 0, `${name} is too wide`);
  assert.deepEqual(await accessibilityFaults(page), [], name);
}

/**
 * A test for each language and width, and one in the dark: opens `url`, brings the page into the state
 * by `arrange(page)`, and checks it. The pictures are named after `name`.
 */
export function testEachWay(test, browserOf, name, urlOf, arrange = async () => {}) {
  const ways = [
    ...LANGUAGES.flatMap((locale) => Object.entries(SIZES).map(([size, viewport]) => (
      { locale, viewport, as: `${locale.slice(0, 2)}_${size}` }))),
    { locale: 'en', viewport: SIZES.wide, colorScheme: 'dark', as: 'en_dark' },
  ];
  for (const { as, ...options } of ways) {
    test(`${name} ${as}`, () => openApp(browserOf(), urlOf(), options, async (page) => {
      await arrange(page);
      await checkPage(page, `app_${name}_${as}`);
      const lang = await page.evaluate(() => document.documentElement.lang);
      assert.equal(lang, options.locale);
    }));
  }
}
