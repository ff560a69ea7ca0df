// Sets the remembered theme before the first paint; see src/layout/theme.ts.
try {
  const theme = localStorage.getItem('backlot.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is switched off: the system's theme it is.
}
