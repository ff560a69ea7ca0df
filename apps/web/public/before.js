// What must stand before the app's modules run; loaded by index.html without delay.

// The remembered theme, before the first paint (src/layout/theme.ts).
try {
  const theme = localStorage.getItem('backlot.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is switched off: the system's theme it is.
}

// zod tries whether it may compile code, which a strict content security policy reports. Schemas are made while modules
// load, in an order that the bundler chooses: too early for z.config(), which writes to this same object.
globalThis.__zod_globalConfig = { jitless: true }
