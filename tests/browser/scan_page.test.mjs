// The page that a label's code leads to (src/http/api/scan_page.cpp), of the bags of the story.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  accessibilityFaults, keepPicture, openBrowser, pixelsTooWide, readQrCode, visit,
} from './browser.mjs';
import { Story } from './programs.mjs';

let browser;
let story;
let pages;

before(async () => {
  [browser, story] = await Promise.all([openBrowser(), Story.start()]);
  await story.played();
  const bag = story.step('anyone may scan').url;
  const [gtin, serial] = /\/01\/(\d{14})\/21\/(.+)$/.exec(bag).slice(1);
  const wrongDigit = (Number(gtin[13]) + 1) % 10;
  pages = {
    resold: { url: bag, status: 200, headline: 'The record is genuine' },
    stolen: { url: story.step('flag it stolen').url, status: 200, headline: 'Reported stolen' },
    unknown: {
      url: `${story.url}/01/${gtin}/21/${serial}0`,
      status: 404,
      headline: 'Nothing is on record under this code',
    },
    check_digit: {
      url: `${story.url}/01/${gtin.slice(0, 13)}${wrongDigit}/21/${serial}`,
      status: 400,
      headline: 'This is no valid code',
      expected: gtin[13],
    },
    product: {
      url: `${story.url}/01/${gtin}`,
      status: 404,
      headline: 'This code is of a kind of product, not of one item',
    },
  };
});

after(async () => {
  await Promise.all([browser?.close(), story?.stop()]);
});

// Each page, with its name for pictures.
async function forEachPage(test, options, look) {
  for (const [name, page] of Object.entries(pages)) {
    await test.test(name, () => visit(browser, page.url, options,
      (opened, response) => look(opened, response, page, name)));
  }
}

test('each page says at once what is found, with its status', (t) =>
  forEachPage(t, {}, async (page, response, wanted, name) => {
    await keepPicture(page, `scan_${name}_light`);
    assert.equal(response.status(), wanted.status);
    assert.equal(await page.locator('h1').innerText(), wanted.headline);
    assert.ok((await page.title()).startsWith(wanted.headline));
    assert.deepEqual(await accessibilityFaults(page), []);
  }));

test('each page allows itself only its own style', (t) =>
  forEachPage(t, {}, (page, response) => {
    const policy = response.headers()['content-security-policy'] ?? '';
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/);
    assert.equal(response.headers()['referrer-policy'], 'no-referrer');
  }));

test('each page can be read in the dark', (t) =>
  forEachPage(t, { colorScheme: 'dark' }, async (page, response, wanted, name) => {
    await keepPicture(page, `scan_${name}_dark`);
    assert.deepEqual(await accessibilityFaults(page), []);
  }));

test('each page fits a narrow screen', (t) =>
  forEachPage(t, { viewport: { width: 320, height: 640 } }, async (page, response, wanted, name) => {
    await keepPicture(page, `scan_${name}_narrow`);
    assert.equal(await pixelsTooWide(page), 0);
    assert.deepEqual(await accessibilityFaults(page), []);
  }));

describe('the resold bag', () => {
  test('has a second owner and two verdicts, and what the page cannot tell is said', () =>
    visit(browser, pages.resold.url, {}, async (page) => {
      const text = await page.locator('main').innerText();
      assert.match(text, /Second owner/);
      assert.match(text, /Does the object in your hand match it\?/);
      const verdicts = page.locator('section[aria-labelledby=verdicts] li');
      assert.equal(await verdicts.count(), 2);
      for (const verdict of await verdicts.allInnerTexts()) assert.match(verdict, /^Genuine/);
      assert.match(await page.locator('section[aria-labelledby=unknown]').innerText(), /Who owns it/);
    }));

  test('says nothing about anyone who bought or sold it', () =>
    visit(browser, pages.resold.url, {}, async (page) => {
      const markup = await page.content();
      for (const trace of ['Ana', 'Bo', 'Cai', 'EURT', '3,600', '3,800', '360000', '380000']) {
        assert.doesNotMatch(markup, new RegExp(`\\b${trace}\\b`), trace);
      }
      const { verdicts } = await (await fetch(pages.resold.url)).json();
      const appraisers = verdicts.map(({ appraiser }) => appraiser);
      const shown = (await page.locator('body').innerText()).match(/tallyd1\S*\w/g);
      assert.equal(shown.length, 2);
      for (const address of shown) {
        const [head, tail] = address.split('…');
        assert.ok(appraisers.some((whole) => whole.startsWith(head) && whole.endsWith(tail)), address);
      }
      assert.doesNotMatch(await page.locator('body').innerText(), /[0-9a-f]{32}/i, 'a key or a hash');
    }));

  test('says no more to a machine', async () => {
    for (const form of ['application/json', 'application/ld+json', 'application/linkset+json']) {
      const answer = await fetch(pages.resold.url, { headers: { Accept: form } });
      assert.equal(answer.status, 200);
      const text = await answer.text();
      const { verdicts = [], authority } = JSON.parse(text);
      const mayShow = [authority, ...verdicts.map(({ appraiser }) => appraiser)];
      for (const address of text.match(/tallyd1\w+/g) ?? []) assert.ok(mayShow.includes(address), form);
      assert.doesNotMatch(text, /[0-9a-f]{32}/i, 'a key or a hash');
    }
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`has a QR code that leads to itself, ${colorScheme}`, () =>
      visit(browser, pages.resold.url, { colorScheme }, async (page) => {
        const code = page.getByRole('img', { name: /QR code/ });
        assert.equal(await readQrCode(browser, code), pages.resold.url);
      }));
  }

  test('is whole without scripts', () =>
    visit(browser, pages.resold.url, { javaScriptEnabled: false }, async (page) => {
      assert.equal(await page.locator('h1').innerText(), pages.resold.headline);
      assert.match(await page.locator('main').innerText(), /Second owner/);
      assert.ok(await page.getByRole('img', { name: /QR code/ }).isVisible());
      assert.equal(await page.locator('script').count(), 0);
    }));

  test('lets a keyboard skip to the finding', () =>
    visit(browser, pages.resold.url, {}, async (page) => {
      await page.keyboard.press('Tab');
      const link = page.getByRole('link', { name: 'Skip to the finding' });
      assert.ok(await link.evaluate((element) => element === document.activeElement));
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    }));
});

test('the stolen bag must not be bought, and the page says until when', () =>
  visit(browser, pages.stolen.url, {}, async (page) => {
    const text = await page.locator('main').innerText();
    assert.match(text, /Do not buy this item/);
    assert.match(text, /Reported stolen on \d{4}-\d\d-\d\d; the report expires on \d{4}-\d\d-\d\d/);
    assert.doesNotMatch(text, /record is genuine/);
  }));

test('an unknown serial is no proof of a fake', () =>
  visit(browser, pages.unknown.url, {}, async (page) => {
    assert.match(await page.locator('.finding').innerText(), /no proof of a fake/);
  }));

test('a wrong check digit is told with the one it should be', () =>
  visit(browser, pages.check_digit.url, {}, async (page) => {
    const { expected } = pages.check_digit;
    assert.match(await page.locator('.finding').innerText(), new RegExp(`should be ${expected}\\b`));
  }));
