//! Argon2 that gives its memory back.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        CustomizedPasswordHasher, Error, Result,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};

/// More than 32 MiB: a block that large glibc maps for itself and unmaps when it is freed. Smaller ones it
/// keeps, for every thread that ever asked for one: after some logins at once the 19 MiB of a hash were 670 MiB
/// for good. What is reserved and never touched takes no memory.
const RESERVED_BLOCKS: usize = 33 * 1024;

/// Argon2 as the crate does it, but for where the memory comes from. Verifying follows from hashing.
pub(crate) struct FrugalArgon2;

impl CustomizedPasswordHasher<PasswordHash> for FrugalArgon2 {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> Result<PasswordHash> {
        let algorithm = algorithm
            .map(Algorithm::try_from)
            .transpose()?
            .unwrap_or_default();
        let version = version.map(Version::try_from).transpose()?.unwrap_or_default();
        let argon2 = Argon2::new(algorithm, version, params);
        let params = argon2.params();

        let mut memory = Vec::with_capacity(RESERVED_BLOCKS.max(params.block_count()));
        memory.resize(params.block_count(), Block::new());
        let mut output = [0; Output::MAX_LENGTH];
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let output = output.get_mut(..length).ok_or(Error::OutputSize)?;
        let salt = Salt::new(salt)?;
        argon2.hash_password_into_with_memory(password, &salt, output, memory)?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(params)?,
            salt: Some(salt),
            hash: Some(Output::new(output)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher, PasswordVerifier};

    use super::*;

    #[test]
    fn it_is_the_argon2_of_the_crate() {
        let salt = b"an example salt!";
        let frugal = FrugalArgon2
            .hash_password_customized(b"violet umbrella", salt, None, None, Params::default())
            .unwrap();
        let plain: PasswordHash = Argon2::default()
            .hash_password_with_salt(b"violet umbrella", salt)
            .unwrap();
        assert_eq!(frugal, plain);
        assert!(FrugalArgon2.verify_password(b"violet umbrella", &plain).is_ok());
        assert!(FrugalArgon2.verify_password(b"violet umbrellas", &plain).is_err());
    }

    #[test]
    fn parameters_of_an_older_hash_are_followed() {
        let salt = b"an example salt!";
        let params = Params::new(40 * 1024, 1, 2, Some(24)).unwrap();
        let older: PasswordHash = Argon2::new(Algorithm::Argon2i, Version::V0x10, params)
            .hash_password_with_salt(b"violet umbrella", salt)
            .unwrap();
        assert!(FrugalArgon2.verify_password(b"violet umbrella", &older).is_ok());
    }
}
