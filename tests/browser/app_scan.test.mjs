// The scan page (tools/web/src/pages/scan.tsx) and the shell around every page, on the bags of the story.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { checkPage, chooseDevelopmentKey, openApp, signIn, testEachWay } from './app.mjs';
import { openBrowser } from './browser.mjs';
import { Story } from './programs.mjs';

let browser;
let story;
let bag; // the path of the resold bag
let stolen;

const app = (path) => `${story.url}/app${path}`;
const scan = (code) => app(`/scan?code=${encodeURIComponent(code)}`);
const path = (url) => new URL(url).pathname;

before(async () => {
  [browser, story] = await Promise.all([openBrowser(), Story.start()]);
  await story.played();
  bag = path(story.step('anyone may scan').url);
  stolen = path(story.step('flag it stolen').url);
});
after(async () => {
  await Promise.all([browser?.close(), story?.stop()]);
});

describe('looks right', () => {
  testEachWay(test, () => browser, 'scan', () => app('/'));
  testEachWay(test, () => browser, 'scan_genuine', () => scan(bag), async (page) => {
    await page.locator('.notice.big').waitFor();
    await page.locator('.compare').waitFor();
  });
  testEachWay(test, () => browser, 'scan_stolen', () => scan(stolen),
    (page) => page.locator('.notice.big.bad').waitFor());
  testEachWay(test, () => browser, 'sign_in', () => app('/sign-in'),
    (page) => page.getByRole('tabpanel').waitFor());
});

describe('a code', () => {
  test('typed, gives the record within a second, and the same words as the page without scripts', () =>
    openApp(browser, app('/'), {}, async (page) => {
      const code = page.getByRole('textbox');
      await code.fill(`https://id.example${bag}`);
      const began = Date.now();
      await code.press('Enter');
      const finding = page.locator('.notice.big');
      await finding.waitFor();
      assert.ok(Date.now() - began < 1000, `${Date.now() - began} ms`);
      assert.equal(await finding.locator('h2').innerText(), 'The record is genuine');
      const plain = await (await fetch(story.url + bag, { headers: { Accept: 'text/html' } })).text();
      assert.match(plain, /The record is genuine/);
      assert.match(await page.locator('dl.facts').innerText(), /Owner number 2/);
      assert.equal(await page.locator('.tint').count(), 2);
    }));

  test('on a photograph is found', () => openApp(browser, app('/'), {}, async (page) => {
    const label = await browser.newPage({ viewport: { width: 900, height: 1200 } });
    await label.goto(story.url + bag);
    const photo = await label.locator('figure').screenshot({ type: 'jpeg', quality: 60 });
    await label.close();
    await page.locator('input[type=file]').setInputFiles(
      { name: 'label.jpg', mimeType: 'image/jpeg', buffer: photo });
    await page.locator('.notice.big.good').waitFor();
  }));

  test('that is on no photograph is said to be missing', () =>
    openApp(browser, app('/'), {}, async (page) => {
      const photo = await page.screenshot({ type: 'png', clip: { x: 0, y: 0, width: 100, height: 100 } });
      await page.locator('input[type=file]').setInputFiles(
        { name: 'nothing.png', mimeType: 'image/png', buffer: photo });
      await page.getByText('No code found on that photo').waitFor();
    }));

  test('in front of the camera is found', async () => {
    const context = await browser.newContext({ permissions: ['camera'] });
    const page = await context.newPage();
    const label = await context.newPage();
    await label.goto(story.url + bag);
    const photo = (await label.locator('.code').screenshot()).toString('base64');
    // A camera of the test's own: it shows the label.
    await page.addInitScript((png) => {
      navigator.mediaDevices.getUserMedia = async () => {
        const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [640, 480];
        setInterval(() => {
          const context = canvas.getContext('2d');
          context.fillStyle = '#888';
          context.fillRect(0, 0, 640, 480);
          context.drawImage(image, 180, 90, 300, 300);
        }, 50);
        return canvas.captureStream(20);
      };
    }, photo);
    await page.goto(app('/'));
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.locator('.notice.big.good').waitFor();
    await context.close();
  });

  test('whose camera is refused leads to the other ways', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(app('/'));
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByText('No picture from the camera').waitFor();
    await context.close();
  });

  const wrongDigit = (key) => key.replace(/\d(?=\/21\/)/, (digit) => String((Number(digit) + 1) % 10));
  for (const [name, code, headline] of [
    ['of a stranger', () => `${bag}0`, 'Nothing is on record under this code'],
    ['with a wrong digit', () => wrongDigit(bag), 'This is no valid code'],
    ['of a class', () => bag.split('/21/')[0], 'This code is of a kind of product, not of one item'],
    ['of something else', () => 'WIFI:S:cafe;;', 'This is not the code of an item'],
  ]) {
    test(`${name} is told from a record`, () =>
      openApp(browser, scan(code()), { mayRefuse: '/01/' }, async (page) => {
        await page.locator('.notice.big').waitFor();
        assert.equal(await page.locator('.notice.big h2').innerText(), headline);
      }));
  }
});

describe('the object', () => {
  test('that differs in one point is warned of, and the doubt goes on record', () =>
    openApp(browser, scan(bag), { viewport: { width: 360, height: 740 } }, async (page) => {
      await page.locator('.compare').waitFor();
      await page.locator('.compare li').first().getByText('Different').click();
      await page.getByText('This may be another object with a copied label').waitFor();
      await page.getByRole('button', { name: 'Report a suspicion' }).click();
      await page.getByText('A doubt is signed').waitFor();
      await page.getByRole('tabpanel').waitFor();
      await checkPage(page, 'app_report_sign_in');
      await chooseDevelopmentKey(page, 'cai');
      await page.getByLabel('What you saw').fill('The stitching is crooked.');
      await checkPage(page, 'app_report');
      await page.getByRole('button', { name: 'Sign and report' }).click();
      await page.getByText('Your doubt is on record').waitFor();
      const record = await (await fetch(story.url + bag)).json();
      assert.equal(record.open_challenges, 1);
      assert.equal(record.finding, 'disputed');
    }));
});

describe('the shell', () => {
  test('leads back to where one came from to sign in', () => openApp(browser, scan(bag), {}, async (page) => {
    await page.locator('.compare').waitFor();
    await signIn(page, 'bo');
    await page.locator('.compare').waitFor();
    await page.getByRole('button', { name: 'bo', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
  }));

  test('keeps to a policy without exceptions, and says so to caches', async () => {
    const page = await fetch(app('/scan'));
    const policy = page.headers.get('content-security-policy');
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    const [script] = (await page.text()).match(/\/app\/assets\/[^"]+\.js/);
    const asset = await fetch(story.url + script);
    assert.match(asset.headers.get('cache-control'), /immutable/);
    assert.equal(asset.headers.get('content-encoding'), 'gzip');
  });

  test('changes its language at once and remembers it', () => openApp(browser, app('/'), {}, async (page) => {
    await page.getByRole('button', { name: '中文' }).click();
    assert.equal(await page.locator('h1').innerText(), '有记录吗？');
    await page.reload();
    assert.equal(await page.locator('h1').innerText(), '有记录吗？');
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
  }));

  test('signs in with the key of twelve words, and never sends it', () =>
    openApp(browser, app('/sign-in'), {}, async (page) => {
      const sent = [];
      page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
      await page.getByRole('tab', { name: 'Words' }).click();
      const words = `${'abandon '.repeat(11)}about`;
      await page.getByLabel('Words', { exact: true }).last().fill(words);
      await page.getByLabel('Keep the key on this device, locked').check();
      await page.getByLabel('Passphrase', { exact: true }).fill('a good passphrase');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('button', { name: 'My account' }).waitFor();
      assert.ok(sent.length > 0);
      assert.ok(!sent.some((text) => text.includes('abandon')));
      const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
      assert.doesNotMatch(kept, /abandon/);
      await page.reload();
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByRole('tab', { name: 'This device' }).click();
      await page.getByLabel('Passphrase', { exact: true }).fill('a wrong passphrase');
      await page.getByRole('button', { name: 'Unlock and sign in' }).click();
      await page.getByText('That is not the passphrase.').waitFor();
      await page.getByLabel('Passphrase', { exact: true }).fill('a good passphrase');
      await page.getByRole('button', { name: 'Unlock and sign in' }).click();
      await page.getByRole('button', { name: 'My account' }).waitFor();
    }));

  test('is there without the node, and then knows nothing', async () => {
    const context = await browser.newContext({ locale: 'en' });
    const page = await context.newPage();
    await page.goto(app('/'));
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await page.reload();
    await context.setOffline(true);
    await page.goto(scan(bag));
    await page.getByText('The node was not reached').waitFor();
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return lists.flat().map((request) => new URL(request.url).pathname);
    });
    assert.ok(kept.length > 2);
    for (const name of kept) assert.match(name, /^\/app\/(assets\/.*)?$/);
    await context.close();
  });

  test('can be installed', async () => {
    const manifest = await (await fetch(app('/manifest.webmanifest'))).json();
    assert.equal(manifest.start_url, '/app/');
    for (const { src, type } of manifest.icons) {
      const icon = await fetch(new URL(src, app('/')));
      assert.equal(icon.headers.get('content-type'), type);
    }
  });

  test('says that a page is not there', () =>
    openApp(browser, app('/nothing'), {}, async (page, response) => {
      assert.equal(response.status(), 404);
      assert.equal(await page.locator('h1').innerText(), 'There is no such page');
    }));
});
