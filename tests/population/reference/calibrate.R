# Rscript calibrate.R: calibration by R's survey package, beside which ours is held.
library(survey)
d <- read.csv("calibrate_input.csv")
d$persons <- d$members
design <- svydesign(ids = ~1, weights = ~weight, data = d)
raked <- rake(design, list(~region, ~head),
              list(data.frame(region = c("north", "south", "west"), Freq = c(2100, 2000, 2200)),
                   data.frame(head = c("farmer", "other"), Freq = c(2600, 3700))),
              control = list(maxit = 5000, epsilon = 1e-14))
balanced <- calibrate(design, ~ 0 + region + pupils + persons, calfun = "raking",
                      population = c(regionnorth = 2100, regionsouth = 2000, regionwest = 2200, pupils = 6500,
                                     persons = 26000),
                      epsilon = 1e-12, maxit = 500)
write.csv(data.frame(id = d$id, raked = format(weights(raked), digits = 15), balanced = format(weights(balanced), digits = 15)),
          "calibrate_output.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "survey", as.character(packageVersion("survey")), "\n")
