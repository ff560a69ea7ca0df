import { Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { LiveProvider } from '../api/live.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { Sidebar } from './sidebar.tsx'
import './app-layout.css'

const loadPalette = () => import('./command-palette.tsx')
const CommandPalette = lazy(loadPalette)
/** After the page itself has come. Milliseconds. */
const aheadAfter = 2_000

/** The frame of every page behind the sign-in. */
export default function AppLayout() {
  const [isPaletteOpen, setPaletteOpen] = useState(false)
  const main = useFocusOnNavigation()
  useCodeAhead()

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
      event.preventDefault()
      setPaletteOpen((isOpen) => !isOpen)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  return (
    <LiveProvider>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <div className="app">
        <Sidebar onSearch={() => setPaletteOpen(true)} />
        <main id="main" ref={main} tabIndex={-1}>
          <ConnectionNotice />
          <Outlet />
        </main>
      </div>
      {isPaletteOpen && (
        <Suspense>
          <CommandPalette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
    </LiveProvider>
  )
}

/** The other pages' code, 40 kB: they open at once then, also while the server is away or has newer ones. */
function useCodeAhead() {
  const router = useRouter()
  useEffect(() => {
    const timer = setTimeout(() => {
      const pages = Object.values(router.routesById).map((route) => router.loadRouteChunk(route))
      // What does not come now is asked for again when it is needed, and said then.
      void Promise.allSettled([...pages, loadPalette()])
    }, aheadAfter)
    return () => clearTimeout(timer)
  }, [router])
}

/** After a change of page, keyboard and screen reader go on at its heading and not where the last page was left. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null)
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  const previous = useRef(pathname)
  useEffect(() => {
    if (previous.current === pathname) return
    const isFirst = previous.current === undefined
    previous.current = pathname
    if (isFirst) return
    const heading = main.current?.querySelector('h1')
    heading?.setAttribute('tabindex', '-1')
    ;(heading ?? main.current)?.focus({ preventScroll: true })
  }, [pathname])
  return main
}
