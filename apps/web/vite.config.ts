import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compress } from './compress-plugin.ts'

/** Where `pnpm dev` sends what is not a page. */
const server = process.env['BACKLOT_SERVER'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), compress()],
  // A script of its own, with no parts that would have to be loaded from inside the worker.
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': { target: server },
      '/hub': { target: server, ws: true },
    },
  },
  build: {
    target: 'es2024',
    // The first with light-dark(). An older target rewrites it so that a dark room inside a light page is impossible.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    // A strict content security policy has neither inline scripts nor data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
