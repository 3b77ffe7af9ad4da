-- How many customers a plan has gained on a day (less those who left it), so that customers by plan are a sum of a few
-- numbers and not a pass over every movement there ever was. Kept in line with each recorded day;
-- movements/plan-customers.ts says how.
CREATE TABLE mrr_plan_customers (
  day date NOT NULL,
  -- Empty where it is not known.
  plan text NOT NULL,
  gained integer NOT NULL,
  PRIMARY KEY (day, plan)
);
INSERT INTO mrr_plan_customers (day, plan, gained)
SELECT day, plan, sum((level <> 0)::int - (level - moved <> 0)::int) AS gained
FROM (
  SELECT day, plan, sum(amount) AS moved, sum(sum(amount)) OVER (PARTITION BY plan, customer ORDER BY day) AS level
  FROM mrr_movements GROUP BY day, plan, customer
) l GROUP BY day, plan HAVING sum((level <> 0)::int - (level - moved <> 0)::int) <> 0;
