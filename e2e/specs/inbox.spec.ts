import { join } from 'node:path';
import { expect, test } from '@grafana/plugin-e2e';
import { z } from 'zod';
import { expectAccessible, expectOnPhone, prefer, SCREENSHOTS } from '../app-page.ts';
import { troubleOf } from '../board.ts';
import { APP, lastMonth, totalCents, WRITE } from '../figures.ts';
import { invoiceMail, signed } from '../inbox-mail.ts';

const { EXPORTER_URL, INBOUND_MAIL_SECRET = '' } = process.env;
const month = lastMonth();
const monthKey = month.from.slice(0, 7);
const monthText = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
  new Date(month.from),
);

test.skip(EXPORTER_URL === undefined, 'EXPORTER_URL names no exporter with the settings of the inbox');
test.afterEach(async ({ request }) => {
  await prefer(request);
});

/** The id of the mail. */
async function deliver(number: string): Promise<string> {
  const mail = invoiceMail({ number, amount: '37.35', from: month.from, to: month.to });
  const response = await fetch(`${EXPORTER_URL ?? ''}/api/v1/inbound/mail`, {
    method: 'POST',
    body: new Uint8Array(mail),
    headers: signed(mail, INBOUND_MAIL_SECRET),
  });
  expect(response.status).toBe(200);
  return z.object({ id: z.string() }).parse(await response.json()).id;
}

test('a month is closed without typing an amount: a mail, two clicks, the figure, the month', async ({
  page,
  request,
}) => {
  test.setTimeout(240_000);
  const trouble = troubleOf(page);
  const before = await totalCents(request, month.from, month.to);
  const id = await deliver(`V-${Date.now().toString(36)}`);
  try {
    // The page is opened, and says what one click would change; nothing is booked yet.
    await page.goto(`/a/${APP}/inbox`);
    const card = page.getByTestId(`mail-${id}`);
    await expect(card).toContainText(`${monthText}, Vercel: $37.35, nothing before`);
    expect(await totalCents(request, month.from, month.to)).toBe(before);
    await expectAccessible(page, 'inbox-page');
    await page.screenshot({ path: join(SCREENSHOTS, 'inbox-light.png'), fullPage: true });
    await page.getByTestId('confirm-ready').click();
    await expect(page.getByTestId('done')).toContainText('Confirmed 1 invoice.');
    await expect(page.getByTestId('inbox-empty')).toBeVisible();
    expect(await totalCents(request, month.from, month.to)).toBe(before + 3_735);

    await page.goto(`/a/${APP}/closing`);
    await page.getByRole('button', { name: `Close ${monthText}`, exact: true }).click();
    await expect(page.getByTestId('preview')).toBeVisible();
    await page
      .getByRole('button', { name: `Close ${monthText}`, exact: true })
      .first()
      .click();
    await expect(page.getByTestId('done')).toContainText(`${monthText} is closed.`);
    await page.screenshot({ path: join(SCREENSHOTS, 'inbox-month-closed.png'), fullPage: true });
    expect(trouble).toEqual([]);
  } finally {
    await request.post(`${WRITE}/admin/months/${monthKey}/reopen`, { data: { reason: 'Closed by a test' } });
    await request.post(`${WRITE}/admin/inbox/${id}/undo`, { data: {} });
  }
  expect(await totalCents(request, month.from, month.to)).toBe(before);
});

test('edited, dismissed and undone; readable in the dark, in French and on a phone', async ({ page, request }) => {
  test.setTimeout(180_000);
  const trouble = troubleOf(page);
  const id = await deliver(`W-${Date.now().toString(36)}`);
  await page.goto(`/a/${APP}/inbox`);
  const card = page.getByTestId(`mail-${id}`);
  await card.getByRole('button', { name: /^Edit/ }).click();
  await expect(card.getByLabel('Amount without tax')).toHaveValue(/^37\.35$/);
  await expectAccessible(page, 'inbox-page');
  await card.getByRole('button', { name: 'Cancel' }).click();
  await card.getByRole('button', { name: /^Dismiss/ }).click();
  await page.getByTestId('dismiss-form').getByRole('textbox').fill('Not ours');
  await page.getByTestId('dismiss-form').getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByTestId(`decided-${id}`)).toContainText('Not ours');
  await page.getByTestId(`decided-${id}`).getByRole('button', { name: /^Undo/ }).click();
  await expect(card).toBeVisible();

  await prefer(request, { language: 'fr-FR', theme: 'dark' });
  await page.reload();
  await expect(page.getByRole('button', { name: 'Confirmer 1 facture prête' })).toBeVisible();
  await expectAccessible(page, 'inbox-page');
  await page.screenshot({ path: join(SCREENSHOTS, 'inbox-dark.png'), fullPage: true });
  await expectOnPhone(page, 'inbox-page');
  await page.screenshot({ path: join(SCREENSHOTS, 'inbox-phone.png'), fullPage: true });
  await request.post(`${WRITE}/admin/inbox/${id}/dismiss`, { data: { reason: 'Sent by a test' } });
  expect(trouble).toEqual([]);
});
