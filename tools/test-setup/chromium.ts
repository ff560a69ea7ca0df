import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { installerCommand, installPackages, works } from './system-packages.ts'

/** Without fonts a page is laid out with boxes for letters. */
const debianPackages = ['chromium', 'fonts-dejavu-core', 'fonts-liberation']

const installedElsewhere: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
    'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
  ],
}

/**
 * A Chromium for browser tests: BACKLOT_CHROMIUM, an installed one, else Debian's package, else Playwright's download
 * in `browsers`. Says what it prepares. Undefined when none can be had; it has then said what to do.
 */
export async function prepareChromium(browsers: string, say: (line: string) => void): Promise<string | undefined> {
  process.env['PLAYWRIGHT_BROWSERS_PATH'] = browsers
  const { chromium } = await import('playwright-core')
  const find = (): string | undefined =>
    [
      process.env['BACKLOT_CHROMIUM'] ?? '',
      ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(onPath),
      ...(installedElsewhere[process.platform] ?? []),
      chromium.executablePath(),
    ].find((path) => path !== '' && existsSync(path))

  const present = find()
  if (present) return present

  const command = isDebian() ? installerCommand(debianPackages) : undefined
  if (command?.mayRun) {
    say(`Browser tests need Chromium: ${command.show}`)
    installPackages(debianPackages)
  } else {
    say('Browser tests need Chromium; downloading the one that Playwright brings.')
    const cli = join(createRequire(import.meta.url).resolve('playwright-core/package.json'), '..', 'cli.js')
    // With root its libraries come along; else those that are there have to do.
    const withLibraries = process.platform === 'linux' && process.getuid?.() === 0 ? ['--with-deps'] : []
    spawnSync(process.execPath, [cli, 'install', ...withLibraries, 'chromium'], { stdio: ['ignore', 2, 2] })
  }
  const fetched = find()
  if (!fetched) {
    say('No Chromium could be had, so browser tests are skipped.')
    say(
      `Install one${command ? ` (${command.show})` : ''}, or set BACKLOT_CHROMIUM to the path of Chrome, Edge or Chromium.`,
    )
  }
  return fetched
}

/** Ubuntu's package of that name only leads to a snap, which does not run in containers. */
function isDebian(): boolean {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
}

function onPath(name: string): string {
  const folder = (process.env['PATH'] ?? '').split(':').find((entry) => existsSync(join(entry, name)))
  return folder && works(join(folder, name), ['--version']) ? join(folder, name) : ''
}
