# Rscript estimate.R: estimates and standard errors of R's survey and laeken, and of convey's published formulas put
# through survey's variance (svyrecvar), beside which ours are held.
suppressMessages({library(survey); library(laeken)})
d <- read.csv("estimate_input.csv")
d$poor <- as.numeric(d$welfare < 100)
d$gap <- pmax(0, 1 - d$welfare / 100)
out <- data.frame(name = character(), estimate = numeric(), se = numeric(), low = numeric(), high = numeric(), df = numeric())
add <- function(name, estimate, se, low = NA, high = NA, df = NA)
  out[nrow(out) + 1, ] <<- list(name, estimate, se, low, high, df)
des <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = d)
fin <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, fpc = ~fpc, data = d)
one <- function(name, formula, design) {
  m <- svymean(formula, design); ci <- confint(m, df = degf(design)); add(name, coef(m), SE(m), ci[1], ci[2], degf(design))
}
one("mean", ~welfare, des); one("headcount", ~poor, des); one("poverty_gap", ~gap, des); one("mean fpc", ~welfare, fin)
one("headcount fpc", ~poor, fin)
one("mean srs", ~welfare, svydesign(ids = ~1, weights = ~weight, data = d))
t <- svytotal(~welfare, des); add("total", coef(t), SE(t))
r <- svyratio(~gap, ~poor, des); add("income_gap_ratio", coef(r), SE(r))
sub <- subset(des, female == 1); one("mean domain", ~welfare, sub); one("headcount domain", ~poor, sub)
p <- svyciprop(~poor, des, method = "logit", df = degf(des)); add("headcount logit", as.numeric(p), NA, confint(p)[1], confint(p)[2])
for (rule in c("remove", "average", "adjust", "certainty")) {
  options(survey.lonely.psu = rule)
  e <- d[!(d$stratum == "coast" & d$cluster != "coast0"), ]
  m <- svymean(~welfare, svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = e)); add(paste("mean lonely", rule), coef(m), SE(m))
}
options(survey.lonely.psu = "fail")
reps <- svrepdesign(weights = ~weight, repweights = d[, grep("^rep", names(d))], type = "bootstrap", data = d, combined.weights = TRUE, mse = FALSE)
m <- svymean(~welfare, reps); add("mean replicates", coef(m), SE(m), df = degf(reps))
m <- svymean(~poor, svrepdesign(weights = ~weight, repweights = d[, grep("^rep", names(d))], type = "BRR", data = d, combined.weights = TRUE, mse = TRUE)); add("headcount brr", coef(m), SE(m))
# convey's published influence functions (Osier 2009; Langel and Tille 2013; Biewen and Jenkins 2006; Shorrocks 1995).
w <- d$weight; x <- d$welfare; N <- sum(w); Y <- sum(w * x); mu <- Y / N
se <- function(z) sqrt(svyrecvar(z * w, data.frame(d$cluster), data.frame(d$stratum), des$fpc))
theil <- sum(w * x / mu * log(x / mu)) / N
add("theil", theil, se((x / mu * log(x / mu) - theil - (1 + theil) * (x / mu - 1)) / N))
mld <- -sum(w * log(x / mu)) / N
add("mean_log_deviation", mld, se((x / mu - 1 - log(x / mu) - mld) / N))
e <- 0.5; y <- sum(w * (x / mu)^(1 - e)) / N; atk <- 1 - y^(1 / (1 - e))
z <- -(y^(e / (1 - e)) / (1 - e)) * (((x / mu)^(1 - e) - y) - (1 - e) * y * (x / mu - 1)) / N
add("atkinson", atk, se(z))
below <- sapply(x, function(v) sum(w[x < v]) + sum(w[x == v]) / 2); above <- sapply(x, function(v) sum((w * x)[x > v]) + sum((w * x)[x == v]) / 2)
A <- sum(w * x * below); G <- 2 * A / (N * Y) - 1
add("gini", G, se(2 / (N * Y) * (x * below + above - A / N - A * x / Y)))
q <- svyquantile(~welfare, des, 0.5, ci = FALSE, qrule = "math"); add("median", as.numeric(coef(q)), NA)
a <- arpr("welfare", weights = "weight", data = d); add("laeken arpr", a$value / 100, NA)
s <- qsr("welfare", weights = "weight", data = d); add("laeken qsr", s$value, NA)
g <- gini("welfare", weights = "weight", data = d); add("laeken gini", g$value / 100, NA)
write.csv(format(out, digits = 16, trim = TRUE), "estimate_output.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "survey", as.character(packageVersion("survey")), "laeken", as.character(packageVersion("laeken")), "\n")
