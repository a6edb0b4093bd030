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
for (p in c(0.5, 0.2)) {
  q <- svyquantile(~welfare, des, p, qrule = "math", df = degf(des)); ci <- confint(q); add(paste("woodruff", p), as.numeric(coef(q)), NA, ci[1], ci[2], degf(des))
}
q <- svyquantile(~welfare, sub, 0.5, qrule = "math", df = degf(sub)); ci <- confint(q); add("woodruff domain", as.numeric(coef(q)), NA, ci[1], ci[2], degf(sub))
# Quantiles and lines that move with them: convey's density (svyiqalpha, svyarpt, svyarpr) and, for the gap, its svyfgt.
quan <- function(p) { o <- order(x); x[o][which(cumsum(w[o]) / N >= p)[1]] }
h <- sqrt((sum(w * x^2) - Y^2 / N) / N) / N^0.2
f <- function(v) sum(w * exp(-((v - x) / h)^2 / 2) / sqrt(2 * pi)) / (N * h)
lin_q <- function(p) -((x <= quan(p)) - p) / (N * f(quan(p)))
add("convey median", quan(0.5), se(lin_q(0.5)))
L <- 0.6 * quan(0.5); P0 <- sum(w * (x < L)) / N
add("convey arpr", P0, se(((x < L) - P0) / N + f(L) * 0.6 * lin_q(0.5)))
g1 <- pmax(0, 1 - x / L); P1 <- sum(w * g1) / N
add("convey relative gap", P1, se((g1 - P1) / N + sum(w * (x < L) * x / L^2) / N * 0.6 * lin_q(0.5)))
# Totals held below a quantile (svyisq); of S80/S20 the estimate is convey's, with whole households on the edge.
held <- function(p) { q <- quan(p); list(sum(w * x * (x <= q)), x * (x <= q) - q * ((x <= q) - p)) }
s20 <- held(0.2); s80 <- held(0.8); s40 <- held(0.4); s90 <- held(0.9)
divided <- function(p) p * N * quan(p) - sum(w * pmax(0, quan(p) - x))
ends <- function(lo, hi) {
  a <- divided(lo); b <- Y - divided(hi); add(paste("ratio", lo, hi), b / a, se(((x - held(hi)[[2]]) - b / a * held(lo)[[2]]) / a))
}
ends(0.2, 0.8); ends(0.4, 0.9)
g2 <- d$gap^2; one("poverty_severity", ~g2, { d$g2 <- g2; svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = d) })
d$wat <- ifelse(x < 100, log(100 / x), 0); one("watts", ~wat, svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = d))
U <- function(k) sum(w * x^k)  # convey's svygei
z <- (U(2) * Y^-2 * 1 + x^2 * N * Y^-2 - 2 * x * N * U(2) * Y^-3) / 2
add("generalised_entropy", (N * U(2) / Y^2 - 1) / 2, se(z))
# Sen and Sen-Shorrocks-Thon by double sums over pairs, and their influence by central differences of the weights.
sst <- function(w) { g <- d$gap; sum(outer(w, w) * pmax(outer(g, rep(1, length(g))), outer(rep(1, length(g)), g))) / sum(w)^2 }
sen <- function(w) {
  k <- x < 100; v <- x[k] / 100; u <- w[k]
  H <- sum(u) / sum(w); I <- 1 - sum(u * v) / sum(u); G <- sum(outer(u, u) * abs(outer(v, v, "-"))) / (2 * sum(u) * sum(u * v))
  H * (I + (1 - I) * G)
}
slope <- function(m) sapply(seq_along(w), function(i) { e <- 0.05; u <- w; u[i] <- w[i] + e; l <- w; l[i] <- w[i] - e; (m(u) - m(l)) / (2 * e) })
add("sen", sen(w), se(slope(sen))); add("sen_shorrocks_thon", sst(w), se(slope(sst)))
a <- arpr("welfare", weights = "weight", data = d); add("laeken arpr", a$value / 100, NA)
s <- qsr("welfare", weights = "weight", data = d); add("laeken qsr", s$value, NA)
g <- gini("welfare", weights = "weight", data = d); add("laeken gini", g$value / 100, NA)
write.csv(format(out, digits = 16, trim = TRUE), "estimate_output.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "survey", as.character(packageVersion("survey")), "laeken", as.character(packageVersion("laeken")), "\n")
