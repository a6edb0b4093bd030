# Reference for the proxy-means test: lm (base R) and svyglm (package survey) on proxy_input.csv.
# Run in this folder: Rscript proxy.R
library(survey)
d <- read.csv("proxy_input.csv", stringsAsFactors = TRUE)
formula <- log(welfare) ~ members + roof + school
plain <- lm(formula, data = d, weights = weight)
records <- svyglm(formula, svydesign(ids = ~1, weights = ~weight, data = d))
clusters <- svyglm(formula, svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = d, nest = TRUE))
out <- data.frame(
  term = names(coef(plain)), coefficient = coef(plain), se_records = SE(records), se_clusters = SE(clusters)
)
out$r_squared <- summary(plain)$r.squared
write.csv(format(out, digits = 17, trim = TRUE), "proxy_output.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "survey", as.character(packageVersion("survey")), "\n")
