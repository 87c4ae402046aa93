import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';

export default defineConfig({
  plugins: [svelte(), precompress()],
  build: { target: 'es2022', sourcemap: false, reportCompressedSize: true },
  // For work on the pages: `npm run dev` beside a running server.
  server: { proxy: { '/api': { target: 'http://localhost:7474', ws: true } } },
});
