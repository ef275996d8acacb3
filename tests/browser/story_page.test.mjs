// The live page of a development network's story (src/http/api/story.cpp).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { accessibilityFaults, keepPicture, openBrowser, pixelsTooWide, visit } from './browser.mjs';
import { DevelopmentNode, Story } from './programs.mjs';

let browser;

before(async () => {
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
});

// What the page shows: { act, step, got, ok, url } for each line.
function shownLines(page) {
  return page.locator('#acts li').evaluateAll((lines) => lines.map((line) => ({
    act: Number(line.closest('section').dataset.act),
    step: line.querySelector('.what').textContent,
    got: line.querySelector('.got').textContent,
    ok: !line.classList.contains('bad'),
    url: line.querySelector('a')?.href ?? '',
  })));
}

describe('the story as it is played', () => {
  let story;

  before(async () => {
    story = await Story.start();
  });
  after(() => story?.stop());

  test('a page that was opened at its beginning has all of it in the end, past the killed node', () =>
    visit(browser, `${story.url}/story`, {}, async (page) => {
      const steps = await story.played();
      await page.locator('#acts li').nth(steps.length - 1).waitFor();
      const shown = await shownLines(page);
      assert.deepEqual(shown.map(({ act, step, url }) => ({ act, step, url })),
        steps.map(({ act, step, url }) => ({ act, step, url })));
      assert.deepEqual(await page.locator('#acts section').evaluateAll(
        (acts) => acts.map(({ dataset }) => dataset.act)), ['0', '1', '2', '3', '4', '5', '6', '7', '8']);
      assert.equal(await page.locator('#count').innerText(), String(steps.length));
      assert.deepEqual(shown.filter(({ ok }) => !ok), []);
      assert.equal(await page.locator('#wrong').innerText(), '0');
      await keepPicture(page, 'story_light');
      assert.deepEqual(await accessibilityFaults(page), []);
    }));

  test('a page that is opened afterwards is the same', async () => {
    const steps = await story.played();
    await visit(browser, `${story.url}/story`, { colorScheme: 'dark' }, async (page, response) => {
      assert.match(response.headers()['content-security-policy'], /^default-src 'none'; /);
      const shown = await shownLines(page);
      assert.deepEqual(shown, steps.map(({ act, step, got, ok, url }) => ({ act, step, got, ok, url })));
      await keepPicture(page, 'story_dark');
      assert.deepEqual(await accessibilityFaults(page), []);
    });
  });

  test('it is whole without scripts, and on a narrow screen', async () => {
    const steps = await story.played();
    const options = { javaScriptEnabled: false, viewport: { width: 320, height: 640 } };
    await visit(browser, `${story.url}/story`, options, async (page) => {
      assert.equal(await page.locator('#acts li').count(), steps.length);
      assert.ok(await page.getByText('Without scripts, reload the page').isVisible());
    });
    await visit(browser, `${story.url}/story`, { ...options, javaScriptEnabled: true }, async (page) => {
      await keepPicture(page, 'story_narrow');
      assert.equal(await pixelsTooWide(page), 0);
      assert.deepEqual(await accessibilityFaults(page), []);
    });
  });

  test('its links lead to something, or to a refusal of what is not for strangers', async () => {
    await story.played();
    let links;
    await visit(browser, `${story.url}/story`, {}, async (page) => {
      links = new Set((await shownLines(page)).map(({ url }) => url).filter((url) => url !== ''));
    });
    assert.ok(links.size > 50);
    const dead = [];
    for (const link of links) {
      const { status } = await fetch(link, { headers: { Accept: 'text/html, */*;q=0.8' } });
      if (status !== 200 && status !== 401) dead.push(`${status} ${link}`);
    }
    assert.deepEqual(dead, []);
  });

  test('its link to the bag opens the bag’s page', async () => {
    await story.played();
    await visit(browser, `${story.url}/story`, {}, async (page) => {
      await page.getByRole('link', { name: /anyone may scan the first/ }).click();
      await page.waitForURL(/\/01\/\d{14}\/21\//);
      assert.equal(await page.locator('h1').innerText(), 'The record is genuine');
    });
  });
});

describe('the page while steps come', () => {
  let node;

  before(async () => {
    node = await DevelopmentNode.start();
  });
  after(() => node?.stop());

  test('shows each step without being loaded again, and what it is told as text', () =>
    visit(browser, `${node.url}/story`, {}, async (page) => {
      assert.ok(await page.getByText('The story has not begun').isVisible());
      await page.evaluate(() => { globalThis.notLoadedAgain = true; });

      assert.equal(await node.tell({ step: 'Bo pays', url: '/v1/network' }), 204);
      await page.getByText('Bo pays').first().waitFor();
      assert.equal(await page.getByText('The story has not begun').count(), 0);

      const markup = '<img src=x onerror="document.title=1">';
      assert.equal(await node.tell({ step: markup, got: 'refused expired', ok: false }), 204);
      await page.locator('#acts li').nth(1).waitFor();
      assert.deepEqual(await shownLines(page), [
        { act: 1, step: 'Bo pays', got: 'settled', ok: true, url: `${node.url}/v1/network` },
        { act: 1, step: markup, got: 'refused expired, expected settled', ok: false, url: '' },
      ]);
      assert.ok(await page.evaluate(() => globalThis.notLoadedAgain === true));
      await keepPicture(page, 'story_wrong_step');
      assert.deepEqual(await accessibilityFaults(page), []);
    }));

  test('loaded afresh, it is the same', () =>
    visit(browser, `${node.url}/story`, {}, async (page) => {
      const shown = await shownLines(page);
      assert.deepEqual(shown.map(({ step, ok }) => ({ step, ok })), [
        { step: 'Bo pays', ok: true },
        { step: '<img src=x onerror="document.title=1">', ok: false },
      ]);
      assert.equal(await page.locator('#wrong').innerText(), '1');
      assert.deepEqual(await accessibilityFaults(page), []);
    }));

  test('outlives its node, and shows the story of the next life from its beginning', () =>
    visit(browser, `${node.url}/story`, {}, async (page) => {
      await node.killAndRestart();
      await page.getByText('The story has not begun').waitFor();
      assert.equal(await node.tell({ step: 'Ana pays' }), 204);
      await page.locator('#acts li').waitFor();
      assert.deepEqual((await shownLines(page)).map(({ step }) => step), ['Ana pays']);
    }));

  test('a link leads to this node and nowhere else', async () => {
    for (const url of ['https://example.com/', '//example.com/', 'javascript:alert(1)']) {
      assert.equal(await node.tell({ step: 'A link', url }), 400, url);
    }
  });
});
