export const SEE_HEALTH =
  'Rien à montrer pour l’instant : le tableau « Santé des métriques » dit ce qui manque à chaque collecteur.';
