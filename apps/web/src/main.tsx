import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client.ts'
import { paths } from './paths.ts'
import { createAppRouter } from './router.tsx'
import { LiveRegion } from './ui/live-region.tsx'
import { toastError } from './ui/toast.ts'
import './styles/tokens.css'
import './styles/tones.css'
import './styles/base.css'

const Toaster = lazy(() => import('./ui/toaster.tsx'))

const queryClient = createQueryClient({
  onActionFailed: toastError,
  onSignedOut: () => {
    const { pathname, href } = router.state.location
    if (pathname !== '/sign-in') void router.navigate({ ...paths.signIn(href), replace: true })
  },
})
const router = createAppRouter(queryClient)

const element = document.getElementById('root')
if (element === null) throw new Error('index.html has no #root')
createRoot(element).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Suspense>
          <Toaster />
        </Suspense>
        <LiveRegion />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
