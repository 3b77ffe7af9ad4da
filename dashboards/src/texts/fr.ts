import { BUSINESS } from './fr/business.ts';
import { REVENUE } from './fr/revenue.ts';
import { MARGINS } from './fr/margins.ts';
import { COSTS } from './fr/costs.ts';
import { LLM } from './fr/llm.ts';
import { HEALTH } from './fr/health.ts';
import { FIELDS } from './fr/fields.ts';
import { REASONS } from './fr/reasons.ts';
import type { Texts } from './texts.ts';

export const FR: Texts = {
  language: 'fr',
  folder: 'Marginboard (français)',
  boards: {
    business: { title: 'Business (FR)', description: 'Gagnons-nous de l’argent, et peut-on se fier aux chiffres ?' },
    revenue: {
      title: 'Revenus',
      description: 'Comment le MRR évolue-t-il, qui reste, et qu’est-ce qui est facturé, payé et repris ?',
    },
    margins: { title: 'Marges', description: 'Marge par jour et par client, prévision et budgets.' },
    costs: {
      title: 'Coûts et provenance',
      description: 'Sur quoi repose chaque coût : facture, fournisseur, prix fixe ou estimation.',
    },
    llm: { title: 'Usage LLM', description: 'Qui utilise quel modèle, à quel coût, et combien échoue ?' },
    health: {
      title: 'Santé des métriques',
      description: 'Les collecteurs tournent-ils, et de quand datent leurs données ?',
    },
  },
  panels: { ...BUSINESS, ...REVENUE, ...MARGINS, ...COSTS, ...LLM, ...HEALTH },
  fields: FIELDS,
  demonstration: 'Chiffres inventés (démonstration)',
  outcomes: { succeeded: 'Réussie', partial: 'Partielle', failed: 'Échouée', skipped: 'Ignorée' },
  reasons: REASONS,
  sources: {
    invoice: 'Facture',
    api_invoice: 'Facture API',
    api_usage: 'Usage API',
    fixed: 'Prix fixe',
    estimate: 'Estimation',
    mixed: 'Mixte',
  },
  customerKinds: {
    customer: 'Client',
    other_customers: 'Tous les autres clients',
    unmatched_revenue: 'Revenu sans utilisateur',
    unmatched_cost: 'Coût sans client',
  },
  alertFields: { alert: 'Alerte', state: 'État', severity: 'Gravité' },
  alertStates: { firing: 'Active', pending: 'En attente' },
  severities: { critical: 'Critique', warning: 'Attention' },
  folders: { database: 'Base', backups: 'Sauvegardes' },
  yes: 'Oui',
  no: 'Non',
  all: 'Tous',
  upTo: 'au',
  shownDays: { days: '{n} jours', months: '{n} mois', thirtyShort: '30 j', since: 'depuis {day}' },
  ofWhichInvoiced: 'facturé',
  closedMonths: 'Mois clos',
  runningMonth: 'Mois en cours (partiel)',
  axisPerDay: 'USD par jour',
  axisMrr: 'MRR, USD par mois',
  age: 'Âge',
  billing: 'Facturation',
  inbox: 'Boîte de réception',
  llmProvider: 'Fournisseur LLM',
  invoicesMarked: 'Factures',
  pricesMarked: 'Prix contractuels',
  writesRefused: 'Lecture seule',
  failedSyncsMarked: 'Synchros échouées',
  movementsMarked: 'Plus grands mouvements du MRR',
  netNewThisMonth: 'Net nouveau, ce mois',
  churnLastMonth: 'Attrition, mois clos',
  retentionTwelveMonths: 'NRR, 12 mois',
  openMonth: 'Voir ce mois de près',
  openCustomer: 'Mouvements de ce client',
  openUser: 'Usage LLM de cet utilisateur',
  openModel: 'Usage LLM de ce modèle',
  openPlan: 'Mouvements de cette offre',
  chosenMonth: 'Mois',
  chosenCustomer: 'Client',
  chosenPlan: 'Offre',
  bridgeSteps: {
    opening: 'Ouverture',
    new: 'Nouveaux',
    expansion: 'Expansion',
    reactivation: 'De retour',
    contraction: 'Contraction',
    churn: 'Attrition',
    rate_change: 'Taux',
    correction: 'Corrections',
    closing: 'Clôture',
  },
  movements: {
    new: 'Nouveau',
    expansion: 'Expansion',
    contraction: 'Contraction',
    churn: 'Attrition',
    reactivation: 'De retour',
    correction: 'Correction',
  },
  otherPlans: 'Autre, ou inconnue',
};
