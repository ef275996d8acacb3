/// <reference types="vite/client" />
declare module 'virtual:variables.css';
