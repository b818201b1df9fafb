import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.WORKFLOW_SERVER ?? 'http://localhost:5000';

export default defineConfig({
  plugins: [react()],
  build: {
    emptyOutDir: true,
    target: 'es2022',
    // A part that is loaded later brings no style sheet of its own: one that fails to load once is not asked for again.
    cssCodeSplit: false,
    // Everything is a file of its own: the server's Content-Security-Policy takes no data: scripts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_700,
  },
  server: { proxy: { '/api': server, '/openapi': server, '/scalar': server } },
  test: { include: ['src/**/*.test.ts'] },
});
