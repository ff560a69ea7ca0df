/**
 * The environment as a program that Backlot starts would inherit it: its proxies, locale, display. Nothing below apps
 * decides anything by it; who starts a program leaves out of it what the program must not see.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env }
}
