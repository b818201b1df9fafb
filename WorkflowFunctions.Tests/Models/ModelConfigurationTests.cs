using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Tests.Models;

public class ModelConfigurationTests
{
    private static readonly CopyRequest s_tea = new() { Prompt = "Tea" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_nothing_configured_the_offline_model_answers()
    {
        using var models = ModelSetup.Empty();

        Assert.Equal("offline", (await models.Copy.GenerateAsync(s_tea, Ct)).Model);
        Assert.Equal("offline", (await models.Images.GenerateAsync(new ImageRequest { Prompt = "Tea" }, Ct)).Model);
    }

    [Fact]
    public async Task The_offline_model_can_be_named_while_others_are_configured()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);

        Assert.Equal("offline", (await models.Copy.GenerateAsync(s_tea with { Model = "Offline" }, Ct)).Model);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_offline_model_can_be_the_default()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server, ("Models:Default", "offline"));

        Assert.Equal("offline", (await models.Copy.GenerateAsync(s_tea, Ct)).Model);
    }

    [Fact]
    public async Task Without_a_default_the_first_model_of_the_kind_answers()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(
            server, ("Models:Default", null), ("Models:Endpoints:local:Models:a-painter:Kind", "image"));

        Assert.Equal("writer", (await models.Copy.GenerateAsync(s_tea, Ct)).Model);
        Assert.Equal("a-painter", (await models.Images.GenerateAsync(new ImageRequest { Prompt = "Tea" }, Ct)).Model);
    }

    [Theory]
    [InlineData("brewer", "'brewer' is not configured")]
    [InlineData("painter", "'painter' is of kind image, not copy")]
    public async Task A_model_that_cannot_be_used_fails_for_good_and_lists_the_known_ones(string model, string problem)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);

        var failure = await Assert.ThrowsAsync<ModelException>(() => models.Copy.GenerateAsync(s_tea with { Model = model }, Ct));

        Assert.False(failure.IsTransient);
        Assert.Equal(model, failure.Model);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Contains("writer, writer-b, offline", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_openai_key_alone_is_enough()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = new ModelSetup(
            [("OPENAI_API_KEY", ModelSetup.Key), ("OPENAI_BASE_URL", server.BaseUrl.ToString()), ("OPENAI_MODEL", "my-model")]);
        using var plain = new ModelSetup([("OPENAI_API_KEY", ModelSetup.Key)]);

        Assert.Equal("my-model", (await models.Copy.GenerateAsync(s_tea, Ct)).Model);
        Assert.Equal($"Bearer {ModelSetup.Key}", Assert.Single(server.Requests).Headers["Authorization"]);
        Assert.Equal("https://api.openai.com/v1", OptionsOf(plain).Endpoints["openai"].BaseUrl);
    }

    [Fact]
    public async Task Configured_endpoints_win_over_the_openai_key()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server, ("OPENAI_API_KEY", "sk-other"));

        await models.Copy.GenerateAsync(s_tea, Ct);

        Assert.Equal(["local"], OptionsOf(models).Endpoints.Keys);
    }

    [Fact]
    public void Wrong_settings_are_reported_together_each_with_its_key_and_without_secrets()
    {
        using var models = new ModelSetup(
        [
            ("Models:Default", "nowhere"),
            ("Models:DefaultImage", "twin"),
            ("Models:Endpoints:a:BaseUrl", "tea.example"),
            ("Models:Endpoints:a:ApiKey", "sk-secret with\nspace"),
            ("Models:Endpoints:a:MaxTokensField", "most"),
            ("Models:Endpoints:a:Models:twin:InputPerMillion", "-1"),
            ("Models:Endpoints:a:Models:offline:Name", "x"),
            ("Models:Endpoints:b:BaseUrl", "https://user:sk-secret@example.com/v1"),
            ("Models:Endpoints:b:Models:twin:PerImage", "1"),
            ("Models:Endpoints:c:BaseUrl", "https://example.com/v1"),
        ]);

        var failure = Assert.Throws<OptionsValidationException>(() => OptionsOf(models));

        foreach (var key in new[]
        {
            "Models:Default names the model 'nowhere'", "Models:DefaultImage names the model 'twin', whose Kind is copy", "a:BaseUrl must",
            "a:ApiKey has", "a:MaxTokensField must", "a:Models:twin:InputPerMillion is", "'offline' belongs", "b:BaseUrl must",
            "'twin' is used by the endpoints a and b", "c:Models must name",
        })
        {
            Assert.Contains(failure.Failures, problem => problem.Contains(key, StringComparison.Ordinal));
        }

        Assert.Equal(10, failure.Failures.Count());
        Assert.DoesNotContain("sk-secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_means_nothing_is_reported_with_the_known_ones()
    {
        using var models = new ModelSetup(
        [
            ("Models:Fallback", "a"),
            ("Models:Endpoints:a:BaseUrl", "http://localhost/v1"),
            ("Models:Endpoints:a:Key", "sk-secret"),
            ("Models:Endpoints:a:Models:llama3.2:3b:PerImage", "1"),
        ]);

        var failure = Assert.Throws<OptionsValidationException>(() => OptionsOf(models));

        Assert.Equal(
            ["Models:Fallback is", "Models:Endpoints:a:Key is", "Models:Endpoints:a:Models:llama3.2:3b is"],
            failure.Failures.Select(problem => problem[..(problem.IndexOf(" is", StringComparison.Ordinal) + 3)]));
        Assert.Contains("belongs in Name", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_stop_the_start()
    {
        using var models = new ModelSetup([("Models:Default", "nowhere")]);

        Assert.Throws<OptionsValidationException>(() => models.Services.GetRequiredService<IStartupValidator>().Validate());
    }

    [Fact]
    public void A_model_without_settings_counts()
    {
        using var models = new ModelSetup(
            [("Models:Endpoints:a:BaseUrl", "http://localhost/v1"), ("Models:Endpoints:a:Models:bare", "")]);

        Assert.Equal(["bare"], OptionsOf(models).Endpoints["a"].Models.Keys);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("Tea", 0)]
    public async Task An_empty_prompt_or_a_bound_below_one_fails_for_good(string prompt, int? maxTokens)
    {
        using var models = ModelSetup.Empty();

        var failure = await Assert.ThrowsAsync<ModelException>(
            () => models.Copy.GenerateAsync(new CopyRequest { Prompt = prompt, MaxTokens = maxTokens }, Ct));

        Assert.False(failure.IsTransient);
    }

    private static ModelOptions OptionsOf(ModelSetup models) => models.Services.GetRequiredService<IOptions<ModelOptions>>().Value;
}
