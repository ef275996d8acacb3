// The few signs that the pages use, drawn for them. Never the only sign of anything.
import type { ReactNode } from 'react';

function Icon({ children, size = 22 }: { children: ReactNode; size?: number | undefined }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
      strokeWidth={1.8} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true"
      focusable="false">
      {children}
    </svg>
  );
}

interface Sized { size?: number }

export const PersonIcon = ({ size }: Sized) => (
  <Icon size={size}><circle cx="12" cy="8" r="4" /><path d="M4.5 20a7.5 7.5 0 0 1 15 0" /></Icon>
);
export const CameraIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <path d="M4 8h3l2-3h6l2 3h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z" />
    <circle cx="12" cy="13" r="3.5" />
  </Icon>
);
export const PhotoIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <rect x="3" y="4" width="18" height="16" rx="2" /><circle cx="8.5" cy="9.5" r="1.5" />
    <path d="M4 18l5-5 3 3 4-4 4 4" />
  </Icon>
);
export const GoodIcon = ({ size }: Sized) => <Icon size={size}><path d="M5 12.5l4.5 4.5L19 7.5" /></Icon>;
export const BadIcon = ({ size }: Sized) => <Icon size={size}><path d="M6 6l12 12M18 6L6 18" /></Icon>;
export const WarnIcon = ({ size }: Sized) => <Icon size={size}><path d="M12 6v7M12 17v.5" /></Icon>;
export const OpenIcon = ({ size }: Sized) => (
  <Icon size={size}><path d="M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 2M12 17v.5" /></Icon>
);
export const PlainIcon = ({ size }: Sized) => <Icon size={size}><path d="M12 11v6M12 7v.5" /></Icon>;
export const LanguageIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <circle cx="12" cy="12" r="9" /><path d="M3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18" />
  </Icon>
);
export const Brand = ({ size = 28 }: Sized) => (
  <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
    <rect width="64" height="64" rx="14" fill="#0f5f6e" />
    <g stroke="#fff" strokeWidth="5" strokeLinecap="round">
      <path d="M20 17v30M30 17v30M40 17v30" /><path d="M13 41 51 23" stroke="#f3c26b" />
    </g>
  </svg>
);
