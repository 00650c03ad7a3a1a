import type { Locator, Page } from 'playwright-core';

/** The text of a plan in its editor. */
export const planBox = (page: Page): Locator =>
  page.getByRole('textbox', { name: 'Plan document, YAML or JSON' });

/** Pastes a whole text in place of what is there. */
export const writePlan = async (page: Page, text: string): Promise<void> => {
  await planBox(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await planBox(page).evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
};

/** The lines that the editor shows: all of a text that is not longer than it is high. */
export const shownPlan = async (page: Page): Promise<string> =>
  (await planBox(page).locator('.cm-line').allTextContents()).join('\n');
