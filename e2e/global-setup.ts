// Playwright asks for a default export.
export { signIn as default } from './sign-in.ts';
