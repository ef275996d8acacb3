// The programs under test as child processes, on free ports of 127.0.0.1, in temporary directories.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

// Everybody's token on a development network (src/client/development.hpp).
const DEVELOPMENT_TOKEN = 'dev';

function start(program, options) {
  const path = join(process.env.TALLY_BIN_DIR, program);
  const child = spawn(path, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'tally-browser-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A `tallyd --dev` that can be killed and started again on its data and its port. */
export class DevelopmentNode {
  static async start() {
    const node = new DevelopmentNode();
    node.directory = await temporaryDirectory();
    await node.launch('127.0.0.1:0');
    return node;
  }

  async launch(listen) {
    this.child = start('tallyd', ['--dev', '--data', this.directory.path, '--listen', listen]);
    for await (const line of createInterface({ input: this.child.stdout })) {
      const url = /^.*listening on (\S+)/.exec(line)?.[1];
      if (url) {
        this.url = url;
        return;
      }
    }
    throw new Error('tallyd did not start');
  }

  /** As a power failure would, and up again. */
  async killAndRestart() {
    await end(this.child, 'SIGKILL');
    await this.launch(new URL(this.url).host);
  }

  /** Tells a step of a story; the answer's status. */
  async tell(step) {
    const whole = { act: 1, title: 'An act', expected: 'settled', got: 'settled', ok: true, url: '',
      txid: null, ms: '1', ...step };
    const answer = await fetch(`${this.url}/v1/admin/story`, {
      method: 'POST',
      headers: { 'Authorization': `Bearer ${DEVELOPMENT_TOKEN}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(whole),
    });
    return answer.status;
  }

  async stop() {
    await end(this.child, 'SIGTERM');
    await this.directory.remove();
  }
}

/** `tally-story`, which plays on a node of its own and then keeps that up. */
export class Story {
  /** Once its node listens; `steps` grows while it plays. */
  static async start() {
    const story = new Story();
    story.steps = [];
    story.directory = await temporaryDirectory();
    story.child = start('tally-story', ['--json', '--data', story.directory.path]);
    story.lines = createInterface({ input: story.child.stdout })[Symbol.asyncIterator]();
    while (!story.url) await story.hear();
    return story;
  }

  // One line of its output.
  async hear() {
    const { done, value } = await this.lines.next();
    if (done) throw new Error('tally-story ended early');
    const object = JSON.parse(value);
    if ('step' in object) this.steps.push(object);
    if (object.url && !this.url) this.url = new URL(object.url).origin;
    return object;
  }

  /** Plays to the end; the steps. */
  async played() {
    while (!this.over) this.over = 'open' in await this.hear();
    return this.steps;
  }

  /** The first step whose text holds `part`. */
  step(part) {
    const found = this.steps.find(({ step }) => step.includes(part));
    if (!found) throw new Error(`the story has no step with "${part}"`);
    return found;
  }

  async stop() {
    await end(this.child, 'SIGTERM');
    await this.directory.remove();
  }
}
