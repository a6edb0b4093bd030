# Gini and S80/S20 of the samples in conventions_input.csv by laeken, with and without weights of one, ties among them.
# In this folder: Rscript conventions.R
library(laeken)
samples <- read.csv("conventions_input.csv")
found <- do.call(rbind, lapply(split(samples, samples$case), function(s) {
  data.frame(
    case = s$case[1],
    gini = gini(s$welfare, weights = s$weight)$value / 100,
    qsr = qsr(s$welfare, weights = s$weight)$value,
    laeken = as.character(packageVersion("laeken"))
  )
}))
write.csv(format(found, digits = 15), "conventions_output.csv", row.names = FALSE, quote = FALSE)
