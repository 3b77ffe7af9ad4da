import type { PanelTexts, RevenuePanel } from '../panels.ts';
import { SEE_HEALTH } from './see-health.ts';

const NO_HISTORY = 'Aucun jour de MRR n’est connu : il est relevé à partir de la première lecture de Stripe.';

export const REVENUE: PanelTexts<RevenuePanel> = {
  revenueNow: {
    title: 'Où en sont les revenus',
    description:
      'MRR et clients avec MRR au dernier jour connu de la plage ; nouveaux + expansion + de retour − contraction − attrition du ' +
      'mois en cours ; MRR / clients (ARPU). Du dernier mois clos : clients partis / clients au début, et ce que les ' +
      'clients de 12 mois plus tôt payaient à sa fin / ce qu’ils payaient alors (NRR). « – » : inconnu, NRR avant 12 ' +
      'mois d’historique.',
    noData: SEE_HEALTH,
  },
  movementsByMonth: {
    title: 'Mouvements du MRR par mois',
    description:
      'Ce qui a fait bouger le MRR chaque mois. Cliquez un mois pour le voir de près plus bas. Les taux de change ' +
      'ont leur propre ligne et ne ressemblent jamais à un client. Le mois en cours est partiel. L’offre et le ' +
      'client ci-dessus le filtrent.',
    noData: NO_HISTORY,
  },
  mrrBridge: {
    title: 'Pourquoi le MRR a bougé : $month',
    description:
      'Du MRR au début du mois choisi à sa fin, étape par étape. Ouverture + étapes = clôture, au centime. L’axe ne ' +
      'commence pas à 0. Choisissez le mois en haut, ou cliquez-le à gauche.',
    noData: NO_HISTORY,
  },
  largestMovements: {
    title: 'Plus grands mouvements : $month',
    description:
      'Les clients qui ont le plus fait bouger le MRR pendant le mois choisi, tous leurs abonnements ensemble, avec ' +
      'les offres quittées et prises. Cliquez un client pour son historique. Le rôle figures voit des pseudonymes.',
    noData: 'Aucun client n’a fait bouger le MRR ce mois-ci.',
  },
  mrrByPlan: {
    title: 'MRR par offre : $month',
    description:
      'MRR et clients de chaque offre à la fin du mois choisi, et ce qui a changé depuis son début. Cliquez ' +
      'une offre pour filtrer les mouvements.',
    noData: NO_HISTORY,
  },
  mrrByDay: {
    title: 'MRR par jour',
    description:
      'MRR à la fin de chaque jour ; un jour non lu est un trou, jamais 0. Les repères sont les plus grands ' +
      'mouvements de clients. L’offre et le client ci-dessus le filtrent : c’est le chemin jusqu’au client.',
    noData: NO_HISTORY,
  },
  mrrAtRisk: {
    title: 'À risque, en essai, en pause',
    description:
      'À risque : la part du MRR en retard de paiement, dans le MRR. En essai et en pause : ce que ces abonnements ' +
      'rapporteraient par mois, hors du MRR.',
    noData: SEE_HEALTH,
  },
  churnByMonth: {
    title: 'Attrition par mois',
    description:
      'Clients : partis / clients au début. Brute : attrition + contraction, nette : moins expansion et ' +
      'retours, les deux / MRR au début ; nette sous 0, c’est grandir sans nouveaux clients. Le mois en cours est partiel.',
    noData: NO_HISTORY,
  },
  retentionByMonth: {
    title: 'Rétention du revenu, 12 mois',
    description:
      'Ce que les clients de 12 mois plus tôt payaient à la fin de chaque mois / ce qu’ils payaient alors. ' +
      'Brute : personne ne compte pour plus qu’alors. Vide avant 12 mois.',
    noData: 'Il faut 12 mois d’historique du MRR.',
  },
  cohortMrr: {
    title: 'MRR conservé par cohorte, $cohorts',
    description:
      'Lignes : le mois où les clients ont commencé. Colonnes : mois écoulés. Leur MRR / celui de leurs débuts, aux ' +
      'taux d’alors ; plus de 100 % quand ils ont grandi.',
    noData: NO_HISTORY,
  },
  cohortCustomers: {
    title: 'Clients conservés par cohorte, $cohorts',
    description:
      'Lignes : le mois où les clients ont commencé. Colonnes : mois écoulés. La part d’entre eux qui a un MRR à la ' +
      'fin de ce mois-là.',
    noData: NO_HISTORY,
  },
  billedAndCash: {
    title: 'Facturé, reconnu et encaissé par mois',
    description:
      'Facturé : factures finalisées hors taxes. Reconnu : ce qui a été gagné, réparti sur les jours de chaque ' +
      'ligne. Encaissé : paiements − remboursements − litiges, taxes comprises. Le mois en cours est partiel ; un ' +
      'mois avec un jour inconnu est vide.',
    noData: SEE_HEALTH,
  },
  takenBack: {
    title: 'Repris par mois',
    description:
      'Avoirs et créances perdues hors taxes ; remboursements et litiges tels qu’ils ont quitté le solde, litiges ' +
      'moins ceux qui ont été gagnés. Un remboursement avec avoir est dans les deux.',
    noData: SEE_HEALTH,
  },
  deferredRevenue: {
    title: 'Revenu différé',
    description: 'Facturé et pas encore gagné à la fin de chaque jour, hors taxes : le service encore dû.',
    noData: SEE_HEALTH,
  },
  mrrByCurrency: {
    title: 'MRR par devise, $currencies',
    description:
      'MRR tel qu’il est facturé, et en USD au taux du jour. Sans taux, il ne compte pas dans le MRR en USD : ' +
      'enregistrez-en un sous les taux.',
    noData: SEE_HEALTH,
  },
};
