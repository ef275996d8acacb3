// How the pages are built: tools/web/build runs this with the folder for the result in OUT_DIR.
import {
  convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme,
} from '@mantine/core';
import react from '@vitejs/plugin-react';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

import { theme, variables } from './src/theme';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const VARIABLES = 'virtual:variables.css';
const NODE = process.env.TALLY_NODE ?? 'http://127.0.0.1:8080';

// The theme's variables as a stylesheet.
function variablesStylesheet(): Plugin {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  const standard = defaultCssVariablesResolver(merged);
  const own = variables(merged);
  const css = convertCssVariables({
    variables: { ...standard.variables, ...own.variables },
    light: { ...standard.light, ...own.light },
    dark: { ...standard.dark, ...own.dark },
  }, ':root');
  return {
    name: 'variables',
    resolveId: (id) => (id === VARIABLES ? `\0${VARIABLES}` : undefined),
    load: (id) => (id === `\0${VARIABLES}` ? css : undefined),
  };
}

// The service worker is told which files make the shell, and a name that changes with them.
function shellList(): Plugin {
  return {
    name: 'shell-list',
    enforce: 'post',
    generateBundle(_, bundle) {
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') return;
      const files = Object.keys(bundle).filter((name) => name.startsWith('assets/')).sort();
      const shell = ['./', ...files.map((name) => `./${name}`)];
      const version = createHash('sha256').update(shell.join('\n')).digest('hex').slice(0, 12);
      worker.code = worker.code.replace(/"?__SHELL__"?/, JSON.stringify(shell))
        .replace('__VERSION__', version);
    },
  };
}

export default defineConfig({
  base: '/app/',
  plugins: [react(), variablesStylesheet(), shellList()],
  resolve: { alias: { '@gen': path('./gen') } },
  build: {
    outDir: process.env.OUT_DIR ?? path('../../build/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: { index: path('./index.html'), sw: path('./src/sw.ts') },
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/01', '/8003', '/8004'].map((prefix) => [prefix, NODE])),
  },
  test: { environment: 'node', include: ['test/**/*.test.ts'], setupFiles: ['test/setup.ts'] },
} as Parameters<typeof defineConfig>[0]);
