// How the pages look. The variables that come of it are made into a stylesheet when the pages are built
// (vite.config.ts): the node's policy for pages allows no style that a script writes into them.
import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  colors: {
    lake: [
      '#ecf5f7', '#d5e7eb', '#a9d0d8', '#7ab8c4', '#52a0af', '#358897', '#237281', '#0f5f6e', '#064d5a',
      '#023b46',
    ],
  },
  primaryColor: 'lake',
  primaryShade: { light: 7, dark: 6 },
  fontFamily: "system-ui, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    + "'WenQuanYi Micro Hei', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', monospace",
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '650' },
});

// Mantine's quiet text is too light for WCAG 2.2 AA.
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#4a525a',
    '--mantine-color-placeholder': '#5f6871',
    '--mantine-color-body': '#f4f6f8',
    '--mantine-color-error': '#b42318',
    '--mantine-color-text': '#1b1f23',
  },
  dark: {
    '--mantine-color-dimmed': '#b5bcc4',
    '--mantine-color-placeholder': '#9aa3ac',
    '--mantine-color-error': '#ff9d94',
    '--mantine-color-body': '#101316',
    '--mantine-color-text': '#e8eaed',
  },
});
