#include "services/secretsmanager/labels.h"

#include <gtest/gtest.h>

namespace haar::secretsmanager {
namespace {

using Names = std::vector<std::string>;

TEST(Labels, TheFirstVersionHasNoneBeforeIt) {
  Labels labels;
  attach(labels, current, "v1");
  EXPECT_EQ(labels_of(labels, "v1"), (Names{"AWSCURRENT"}));
  EXPECT_EQ(labelled(labels, previous), "");
}

TEST(Labels, ANewCurrentVersionMakesTheOldOnePrevious) {
  Labels labels{{"AWSCURRENT", "v1"}, {"mine", "v1"}};
  attach(labels, current, "v2");
  EXPECT_EQ(labels_of(labels, "v1"), (Names{"AWSPREVIOUS", "mine"}));
  EXPECT_EQ(labels_of(labels, "v2"), (Names{"AWSCURRENT"}));
  attach(labels, current, "v3");
  EXPECT_EQ(labels_of(labels, "v1"), (Names{"mine"}));
  EXPECT_EQ(labels_of(labels, "v2"), (Names{"AWSPREVIOUS"}));
}

TEST(Labels, GoingBackToThePreviousVersionSwapsTheTwo) {
  Labels labels{{"AWSCURRENT", "v2"}, {"AWSPREVIOUS", "v1"}};
  attach(labels, current, "v1");
  EXPECT_EQ(labelled(labels, current), "v1");
  EXPECT_EQ(labelled(labels, previous), "v2");
}

TEST(Labels, TheSameAgainChangesNothing) {
  Labels labels{{"AWSCURRENT", "v2"}, {"AWSPREVIOUS", "v1"}};
  const Labels before = labels;
  attach(labels, current, "v2");
  EXPECT_EQ(labels, before);
}

TEST(Labels, OtherLabelsMoveAlone) {
  Labels labels{{"AWSCURRENT", "v1"}, {"AWSPENDING", "v2"}};
  attach(labels, pending, "v3");
  EXPECT_EQ(labels_of(labels, "v2"), Names{});
  EXPECT_EQ(labelled(labels, current), "v1");
}

}  // namespace
}  // namespace haar::secretsmanager
