import { Toast } from '@base-ui/react/toast'

/** Apart from the toaster itself, which loads after the page: nothing can have been clicked before. */
export const toastManager = Toast.createToastManager()

/** Says in a corner what an action did. */
export function toast(title: string): void {
  toastManager.add({ title, type: 'good' })
}

/** Says in a corner why an action failed and what to do; stays longer. */
export function toastError(title: string, advice: string): void {
  toastManager.add({ title, description: advice, type: 'bad', timeout: 12_000, priority: 'high' })
}
